import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { build } from './build.mjs';
import { root } from './install.mjs';

/**
 * `node scripts/data-figures.mjs [--people 600] [--times 10]` measures time and peak memory of loading and dumping. It compares
 * loading with Django's own loaddata, on one file and on a file that is `times` as large, one after the other on the same machine.
 * Then it runs scripts/bench-move.mjs on the loaded school: db:move against pgloader, backup and restore against pg_dump and
 * pg_restore. It needs python3-django and reports other missing programs. It uses its own SQLite files, or the PostgreSQL database
 * of DATA_FIGURES_URL, which it empties; bench-move.mjs is skipped then.
 */
const numberOption = (name, defaultValue) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? defaultValue : Number(process.argv[at + 1]);
};
const [people, times] = [numberOption('people', 600), numberOption('times', 10)];
const python = '/usr/bin/python3';
const django = path.join(root, 'test/django/django_school.py');
const map = path.join(root, 'test/django/map.json');
const folder = mkdtempSync(path.join(tmpdir(), 'data-figures-'));
const url = process.env.DATA_FIGURES_URL ?? `sqlite:${path.join(folder, 'school.sqlite3')}`;

/** Runs our command line and measures its time and peak memory. */
function cli(...args) {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    const child = spawn('/usr/bin/env', ['node', path.join(root, 'dist/src/cli.js'), ...args], {
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: url,
        NODE_ENV: 'test',
        AUTH_SECRET: 'figures, figures, and once more figures',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let [peakKb, cpuSeconds] = [0, 0];
    const poll = setInterval(() => {
      peakKb = Math.max(peakKb, peakKbOf(child.pid));
      cpuSeconds = Math.max(cpuSeconds, cpuSecondsOf(child.pid));
    }, 20);
    let errorOutput = '';
    child.stderr.on('data', (part) => (errorOutput += part));
    child.on('exit', (code) => {
      clearInterval(poll);
      if (code !== 0) reject(new Error(errorOutput));
      else resolve({ seconds: (performance.now() - startedMs) / 1_000, cpuSeconds, peakMb: peakKb / 1_024 });
    });
  });
}

function peakKbOf(pid) {
  try {
    const status = execFileSync('grep', ['VmHWM', `/proc/${pid}/status`], { encoding: 'utf8' });
    return Number(/\d+/.exec(status)?.[0] ?? 0);
  } catch {
    return 0;
  }
}

/** User and system time, in hundredths of a second on Linux. It does not depend on other programs that use the processors. */
function cpuSecondsOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/** Writes a file `times` as large: copies of the same school with other ids and names. */
function multiplySchool(records) {
  const name = path.join(folder, 'large.jsonl');
  const step = 1_000_000;
  const toCopy = (record, copy) => {
    const fields = { ...record.fields };
    for (const key of ['course', 'lesson', 'exercise', 'related_object_id'])
      if (typeof fields[key] === 'number') fields[key] += copy * step;
    for (const key of ['user', 'student', 'teacher', 'recipient', 'graded_by'])
      if (Array.isArray(fields[key])) fields[key] = [`${fields[key][0]}x${copy}`];
    if (fields.username)
      Object.assign(fields, { username: `${fields.username}x${copy}`, email: `x${copy}${fields.email}` });
    if (fields.prerequisites) fields.prerequisites = fields.prerequisites.map((id) => id + copy * step);
    const pk = record.pk === undefined ? {} : { pk: record.pk + copy * step };
    return JSON.stringify({ model: record.model, ...pk, fields });
  };
  const copies = Array.from({ length: times }, (_, copy) => records.map((record) => toCopy(record, copy)).join('\n'));
  writeFileSync(name, `${copies.join('\n')}\n`);
  return name;
}

function measureMoves(school) {
  console.log(`\nMove, backup and restore of the loaded school`);
  const args = [path.join(root, 'scripts/bench-move.mjs'), '--file', school, '--rounds', '2'];
  execFileSync(process.execPath, args, { stdio: 'inherit' });
}

const printRow = (...cells) =>
  console.log(cells.map((cell, at) => (at === 0 ? String(cell).padEnd(34) : String(cell).padStart(16))).join(''));

build();
try {
  execFileSync(python, [django, 'make', folder, '1', '7', String(people)], { stdio: 'inherit' });
  const file = path.join(
    folder,
    readdirSync(folder).find((name) => name.startsWith('0.json')),
  );
  const records = JSON.parse(readFileSync(file, 'utf8')).filter(({ model }) => !/^(auth|contenttypes)\./.test(model));
  const idle = await cli('jobs');
  const djangoLoads = (name) => JSON.parse(execFileSync(python, [django, 'load', name], { encoding: 'utf8' }));
  const theirs = djangoLoads(file);
  const ours = await cli('loaddata', file, '--map', map);
  await cli('flush', '--no-input');
  const large = multiplySchool(records);
  const theirTen = djangoLoads(large);
  const ten = await cli('loaddata', large, '--map', map);
  const dumped = await cli('dumpdata', '-o', path.join(folder, 'dump.jsonl'));
  const mb = (name) => `${(statSync(name).size / 1e6).toFixed(1)} MB`;
  const printRun = (name, size, rows, { seconds, cpuSeconds, peakMb }) => {
    const rate = rows ? Math.round(rows / cpuSeconds) : '';
    printRow(
      name,
      size,
      rows || '',
      seconds.toFixed(2),
      cpuSeconds.toFixed(2),
      rate,
      peakMb ? `${peakMb.toFixed(0)} MB` : '',
    );
  };
  const many = records.length * times;
  const withoutStart = ({ seconds, cpuSeconds }) => ({
    seconds: seconds - idle.seconds,
    cpuSeconds: cpuSeconds - idle.cpuSeconds,
  });
  console.log(`Node ${process.version}, load average ${loadavg()[0].toFixed(1)}`);
  printRow('', 'file', 'rows', 'seconds', 'of which CPU', 'rows / CPU s', 'peak memory');
  printRun('Django loaddata', mb(file), records.length, theirs);
  printRun('ours, the whole command', mb(file), records.length, ours);
  printRun('ours, without starting', mb(file), records.length, withoutStart(ours));
  printRun(`Django, ${times} times the file`, mb(large), many, theirTen);
  printRun(`ours, ${times} times the file`, mb(large), many, ten);
  printRun(`ours, ${times} times, without starting`, mb(large), many, withoutStart(ten));
  printRun('our dump of that', mb(path.join(folder, 'dump.jsonl')), 0, dumped);
  printRun('starting and stopping alone', '', 0, idle);
  const speedup = (them, us) =>
    `${(them.seconds / us.seconds).toFixed(1)} in time, ${(them.cpuSeconds / us.cpuSeconds).toFixed(1)} in processor time`;
  console.log('Speed as a multiple of Django (whose start is not counted):');
  console.log(`  ${speedup(theirs, withoutStart(ours))}; with our start ${speedup(theirs, ours)}`);
  console.log(
    `  on ${times} times the file ${speedup(theirTen, withoutStart(ten))}; with our start ${speedup(theirTen, ten)}`,
  );
  if (url.startsWith('sqlite:')) measureMoves(url.slice('sqlite:'.length));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
