import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { build } from './build.mjs';
import { root } from './install.mjs';

/**
 * `node scripts/data-figures.mjs [--people 600] [--times 10]`: what it costs to bring data in and out. Loading against Django's own
 * loaddata, on one file and one `times` as large, each on the same machine one after the other; the peak of memory; dumping;
 * then scripts/bench-move.mjs on the school that was loaded: db:move against pgloader, backup and restore against pg_dump and
 * pg_restore. Needs python3-django; what else is missing is said. Uses SQLite files of its own, or the PostgreSQL of
 * DATA_FIGURES_URL, which it empties (and leaves the rest out).
 */
const word = (name, usual) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? usual : Number(process.argv[at + 1]);
};
const [people, times] = [word('people', 600), word('times', 10)];
const python = '/usr/bin/python3';
const django = path.join(root, 'test/django/django_school.py');
const map = path.join(root, 'test/django/map.json');
const folder = mkdtempSync(path.join(tmpdir(), 'data-figures-'));
const url = process.env.DATA_FIGURES_URL ?? `sqlite:${path.join(folder, 'school.sqlite3')}`;

/** Runs our command line; seconds from start to end, and the most memory it held. */
function cli(...words) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn('/usr/bin/env', ['node', path.join(root, 'dist/src/cli.js'), ...words], {
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: url,
        NODE_ENV: 'test',
        AUTH_SECRET: 'figures, figures, and once more figures',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let [peakKb, cpuSeconds] = [0, 0];
    const watch = setInterval(() => {
      peakKb = Math.max(peakKb, peakOf(child.pid));
      cpuSeconds = Math.max(cpuSeconds, cpuOf(child.pid));
    }, 20);
    let problem = '';
    child.stderr.on('data', (part) => (problem += part));
    child.on('exit', (code) => {
      clearInterval(watch);
      if (code !== 0) reject(new Error(problem));
      else resolve({ seconds: (performance.now() - started) / 1_000, cpuSeconds, peakMb: peakKb / 1_024 });
    });
  });
}

function peakOf(pid) {
  try {
    const status = execFileSync('grep', ['VmHWM', `/proc/${pid}/status`], { encoding: 'utf8' });
    return Number(/\d+/.exec(status)?.[0] ?? 0);
  } catch {
    return 0;
  }
}

/** User and system time, in hundredths on Linux: fair where other programs have the processors, too. */
function cpuOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/** A file `times` as large: the same school again and again, with other numbers and names. */
function multiplied(records) {
  const name = path.join(folder, 'large.jsonl');
  const step = 1_000_000;
  const moved = (record, copy) => {
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
  const copies = Array.from({ length: times }, (_, copy) => records.map((record) => moved(record, copy)).join('\n'));
  writeFileSync(name, `${copies.join('\n')}\n`);
  return name;
}

function moves(school) {
  console.log(`\nMoving, backing up and restoring what was loaded`);
  const words = [path.join(root, 'scripts/bench-move.mjs'), '--file', school, '--rounds', '2'];
  execFileSync(process.execPath, words, { stdio: 'inherit' });
}

const row = (...cells) =>
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
  const large = multiplied(records);
  const theirTen = djangoLoads(large);
  const ten = await cli('loaddata', large, '--map', map);
  const dumped = await cli('dumpdata', '-o', path.join(folder, 'dump.jsonl'));
  const mb = (name) => `${(statSync(name).size / 1e6).toFixed(1)} MB`;
  const show = (name, of, rows, { seconds, cpuSeconds, peakMb }) => {
    const rate = rows ? Math.round(rows / cpuSeconds) : '';
    row(name, of, rows || '', seconds.toFixed(2), cpuSeconds.toFixed(2), rate, peakMb ? `${peakMb.toFixed(0)} MB` : '');
  };
  const many = records.length * times;
  const bare = ({ seconds, cpuSeconds }) => ({
    seconds: seconds - idle.seconds,
    cpuSeconds: cpuSeconds - idle.cpuSeconds,
  });
  console.log(`Node ${process.version}, load average ${loadavg()[0].toFixed(1)}`);
  row('', 'file', 'rows', 'seconds', 'of which CPU', 'rows / CPU s', 'peak memory');
  show('Django loaddata', mb(file), records.length, theirs);
  show('ours, the whole command', mb(file), records.length, ours);
  show('ours, without starting', mb(file), records.length, bare(ours));
  show(`Django, ${times} times the file`, mb(large), many, theirTen);
  show(`ours, ${times} times the file`, mb(large), many, ten);
  show(`ours, ${times} times, without starting`, mb(large), many, bare(ten));
  show('our dump of that', mb(path.join(folder, 'dump.jsonl')), 0, dumped);
  show('starting and stopping alone', '', 0, idle);
  const faster = (them, us) =>
    `${(them.seconds / us.seconds).toFixed(1)} in time, ${(them.cpuSeconds / us.cpuSeconds).toFixed(1)} in processor time`;
  console.log('Times the rows a second of Django (whose start is not counted):');
  console.log(`  ${faster(theirs, bare(ours))}; with our start ${faster(theirs, ours)}`);
  console.log(`  on ${times} times the file ${faster(theirTen, bare(ten))}; with our start ${faster(theirTen, ten)}`);
  if (url.startsWith('sqlite:')) moves(url.slice('sqlite:'.length));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
