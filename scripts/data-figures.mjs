import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './install.mjs';

/**
 * `node scripts/data-figures.mjs [--people 600] [--times 10]`: what loading and dumping cost, against Django's own loaddata on
 * the same file and machine, one after the other. Needs python3-django and a built dist/. Uses SQLite files of its own, or
 * the PostgreSQL of DATA_FIGURES_URL, which it empties.
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
      env: { PATH: process.env.PATH, DATABASE_URL: url, NODE_ENV: 'test', AUTH_SECRET: 'figures, figures, figures!' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let peakKb = 0;
    const watch = setInterval(() => (peakKb = Math.max(peakKb, peakOf(child.pid))), 20);
    let problem = '';
    child.stderr.on('data', (part) => (problem += part));
    child.on('exit', (code) => {
      clearInterval(watch);
      if (code !== 0) reject(new Error(problem));
      else resolve({ seconds: (performance.now() - started) / 1_000, peakMb: peakKb / 1_024 });
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

const row = (...cells) =>
  console.log(cells.map((cell, at) => (at === 0 ? String(cell).padEnd(34) : String(cell).padStart(16))).join(''));

try {
  execFileSync(python, [django, 'make', folder, '1', '7', String(people)], { stdio: 'inherit' });
  const file = path.join(
    folder,
    readdirSync(folder).find((name) => name.startsWith('0.json')),
  );
  const { readFileSync } = await import('node:fs');
  const records = JSON.parse(readFileSync(file, 'utf8')).filter(({ model }) => !/^(auth|contenttypes)\./.test(model));
  const idle = await cli('jobs');
  const theirs = JSON.parse(execFileSync(python, [django, 'load', file], { encoding: 'utf8' })).seconds;
  const ours = await cli('loaddata', file, '--map', map);
  await cli('flush', '--no-input');
  const large = multiplied(records);
  const large10 = await cli('loaddata', large, '--map', map);
  const dumped = await cli('dumpdata', '-o', path.join(folder, 'dump.jsonl'));
  const mb = (name) => `${(statSync(name).size / 1e6).toFixed(1)} MB`;
  const rate = (count, seconds) => `${Math.round(count / seconds)} rows/s`;
  row('', 'file', 'rows', 'seconds', 'rate', 'peak memory');
  row('Django loaddata', mb(file), records.length, theirs.toFixed(2), rate(records.length, theirs), '');
  const net = ours.seconds - idle.seconds;
  row(
    'ours, the whole command',
    mb(file),
    records.length,
    ours.seconds.toFixed(2),
    rate(records.length, ours.seconds),
    `${ours.peakMb.toFixed(0)} MB`,
  );
  row('ours, without starting', mb(file), records.length, net.toFixed(2), rate(records.length, net), '');
  const many = records.length * times;
  row(
    `ours, ${times} times the file`,
    mb(large),
    many,
    large10.seconds.toFixed(2),
    rate(many, large10.seconds),
    `${large10.peakMb.toFixed(0)} MB`,
  );
  row(
    'our dump of that',
    mb(path.join(folder, 'dump.jsonl')),
    '',
    dumped.seconds.toFixed(2),
    '',
    `${dumped.peakMb.toFixed(0)} MB`,
  );
  row('starting and stopping alone', '', '', idle.seconds.toFixed(2), '', `${idle.peakMb.toFixed(0)} MB`);
  console.log(
    `times as many rows a second as Django: ${(theirs / net).toFixed(1)} (whole command ${(theirs / ours.seconds).toFixed(1)}; ${times} times the file ${((theirs * times) / large10.seconds).toFixed(1)})`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
