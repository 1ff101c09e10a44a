import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { commands } from '../../src/cli';
import type { Program } from '../../src/platform/command-line/command-definition';
import { TerminalLogger } from '../../src/platform/command-line/terminal-logger';
import { toErrorLines, toTraceLines } from '../../src/platform/command-line/error-lines';
import { createCommandLine } from '../../src/platform/command-line/command-runner';
import { ManifestBuilder, writeManifest } from '../../src/operations/fixtures/dump/dump-manifest';
import { DataRefused } from '../../src/platform/data/findings';
import { buildOnce, root } from '../support/build-once';

const allCommands = createCommandLine(commands, {} as Program).commands;
const findCommand = (name: string): Command | undefined => allCommands.find((command) => command.name() === name);

interface CommandResult {
  code: number;
  out: string;
  problem: string;
}

/** Runs the command line without settings, with a DATABASE_URL that leads nowhere. */
async function run(args: string[], nodeArgs: string[] = []): Promise<CommandResult> {
  const env = { PATH: process.env.PATH, DATABASE_URL: 'nonsense' };
  const call = promisify(execFile)(process.execPath, [...nodeArgs, 'dist/src/cli.js', ...args], { cwd: root, env });
  const {
    code = 0,
    stdout,
    stderr,
  } = (await call.catch((error: { code: number; stdout: string; stderr: string }) => error)) as {
    code?: number;
    stdout: string;
    stderr: string;
  };
  return { code, out: stdout, problem: stderr };
}

beforeAll(() => buildOnce(), 120_000);

it('the help of every command names its arguments, its options and their default values', () => {
  expect(allCommands.map((command) => command.name()).sort()).toEqual(
    [...new Set(allCommands.map((command) => command.name()))].sort(),
  );
  for (const command of allCommands) {
    const help = command.helpInformation();
    for (const { flags, defaultValue, negate } of command.options) {
      expect(help).toContain(flags);
      if (defaultValue !== undefined && !negate) expect(help).toContain(`(default: ${JSON.stringify(defaultValue)})`);
    }
    for (const argument of command.registeredArguments) {
      expect(help).toMatch(new RegExp(`^Usage: .*[<[]${argument.name()}`));
      expect(argument.description).not.toBe('');
    }
    expect([command.summary(), ...command.options.map(({ description }) => description)]).not.toContain('');
  }
});

const documents = [
  'README.md',
  'ARCHITECTURE.md',
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const documentedCalls = documents.flatMap((document) => {
  const text = readFileSync(path.join(root, document), 'utf8');
  return [...text.matchAll(/dist\/src\/cli\.js +([a-z][\w:-]*)([^\n`#<|]*)/g)].map(([, name = '', rest = '']) => ({
    document,
    name,
    rest,
  }));
});

it('every command and option that the documents mention exists', () => {
  expect(documentedCalls.length).toBeGreaterThan(15);
  for (const { document, name, rest } of documentedCalls) {
    const known = findCommand(name)?.options.flatMap(({ short, long }) => [short, long]);
    expect({ document, name, isKnown: known !== undefined }).toEqual({ document, name, isKnown: true });
    for (const option of rest.match(/(?<=\s|\[)--?[a-z][\w-]*/g) ?? [])
      expect({ document, name, known }).toMatchObject({ known: expect.arrayContaining([option]) as unknown });
  }
});

it('docs/operations/command-line.md mentions every command', () => {
  const page = readFileSync(path.join(root, 'docs/operations/command-line.md'), 'utf8');
  for (const command of allCommands) expect(page).toMatch(new RegExp(`cli\\.js.*\\b${command.name()}\\b`));
});

it('help is printed on standard output with exit code 0, even if the settings are invalid', async () => {
  for (const args of [['--help'], ['help'], ['loaddata', '--help'], ['help', 'loaddata'], ['dumpdata', '-h']]) {
    const { code, out, problem } = await run(args);
    expect({ args, code, problem }).toEqual({ args, code: 0, problem: '' });
    expect(out).toMatch(
      args.length > 1 ? /^Usage: node dist\/src\/cli\.js (loaddata|dumpdata) / : /^Usage:[\s\S]*\n {2}loaddata /,
    );
  }
});

it('a wrong call prints the reason and a suggestion on standard error, with exit code 2', async () => {
  const calls: [string[], RegExp][] = [
    [['dumpdta'], /unknown command 'dumpdta'\n\(Did you mean dumpdata\?\)/],
    [['loaddata', 'x', '--mpa', 'y'], /unknown option '--mpa'\n\(Did you mean --map\?\)/],
    [['loaddata'], /missing required argument 'files'/],
    [['verify', 'one', 'two'], /too many arguments/],
    [['admin:create', '--username', 'ada'], /required option '--email <address>' not specified/],
    [['dumpdata', '--indent', '-3'], /Must be a whole number up to 16/],
    [['dumpdata', '--format', 'xml'], /Allowed choices are json, jsonl/],
    [['loaddata', 'x', '--natural-key', 'email'], /Must have the form NAME=VALUE/],
    [[], /^Usage: /],
  ];
  for (const [args, problem] of calls)
    expect({ args, ...(await run(args)) }).toEqual({
      args,
      code: 2,
      out: '',
      problem: expect.stringMatching(problem) as unknown,
    });
});

/** A script that prints, at exit, every loaded package and project file. */
const printLoadedFiles = `process.on('exit', () => console.error(Object.keys(require.cache).join('\\n')))`;

it('help and the verification of a dump load neither the application nor a database driver', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'command-line-'));
  const [hook, dump] = [path.join(folder, 'hook.cjs'), path.join(folder, 'dump.jsonl')];
  writeFileSync(hook, printLoadedFiles);
  const record = { model: 'shop.order', pk: 1, fields: { price: 3 } };
  writeFileSync(dump, `${JSON.stringify(record)}\n`);
  const manifest = new ManifestBuilder({ takings: { model: 'shop.order', field: 'price' } });
  manifest.add(record.model, JSON.stringify(record), record.fields);
  await writeManifest(dump, manifest.build());
  for (const args of [['--help'], ['loaddata', '--help'], ['verify', dump]]) {
    const { code, problem } = await run(args, ['--require', hook]);
    expect({ args, code }).toEqual({ args, code: 0 });
    expect(problem).toContain('/commander/');
    if (args.includes('--help')) expect(problem).not.toContain('node_modules/zod/');
    expect(problem).not.toMatch(
      /node_modules\/(@nestjs|typeorm|pg|better-sqlite3|ethers|fastify)\/|app\.module|\/modules\/\w+\/index/,
    );
    if (args[0] === 'verify') expect(problem).toContain('1 records, takings 3: the file matches its manifest');
  }
});

it('verify of a missing file exits with 1 and prints plain lines without a stack trace', async () => {
  const { code, out, problem } = await run(['verify', '/nowhere/at/all.json']);
  expect({ code, out, problem }).toEqual({
    code: 1,
    out: '',
    problem: 'The file cannot be read:\n  /nowhere/at/all.json: no such file or directory\n',
  });
  expect((await run(['verify', '/nowhere/at/all.json', '--trace'])).problem).toMatch(
    /DataRefused: The file[\s\S]*\n +at /,
  );
});

it('an error is explained without a stack trace and without the text of the driver', () => {
  const refusedRow = Object.assign(new Error('duplicate key value violates unique constraint "users_user_username"'), {
    code: '23505',
    detail: 'Key (username)=(ada) already exists.',
  });
  const failedQuery = Object.assign(new Error(refusedRow.message), { driverError: refusedRow, parameters: ['a hash'] });
  const cases: [unknown, string[]][] = [
    [failedQuery, ['The database rejected a row that violates a constraint (23505)']],
    [
      Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' }),
      ['Another transaction locks the database for too long (SQLITE_BUSY)'],
    ],
    [{ code: 'SQLITE_CORRUPT' }, ['The database is damaged; restore a backup (SQLITE_CORRUPT)']],
    [new DataRefused('It cannot be loaded', [{ reason: 'no' }]), ['It cannot be loaded:', '  no']],
    [
      new TypeError('x is not a function'),
      ['This is a bug in the program: x is not a function', 'Run the command again with --trace to see the stack'],
    ],
  ];
  for (const [error, lines] of cases) expect(toErrorLines(error)).toEqual(lines);
  const trace = toTraceLines(failedQuery).join('\n');
  expect(trace).toMatch(/caused by/);
  expect(trace).not.toMatch(/a hash|already exists/);
});

it('--trace shows the stack of an error without the values that the database engine quotes', () => {
  const refused = Object.assign(new Error('invalid input syntax for type integer: "a secret"'), { code: '22P02' });
  const trace = toTraceLines(Object.assign(new Error(refused.message), { driverError: refused, cause: refused })).join(
    '\n',
  );
  expect(trace).toMatch(/invalid input syntax.*\n +at /);
  expect(trace).not.toContain('a secret');
});

it('the plain log writes a message in one line with its reason after it', () => {
  const lines: string[] = [];
  const write = jest.spyOn(process.stderr, 'write').mockImplementation((line) => Boolean(lines.push(String(line))));
  const busy = Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
  const log = new TerminalLogger();
  log.error('Job failed', new Error('no broom'), 'Jobs');
  log.warn('Lease not renewed', busy, 'Jobs');
  log.warn('It is late', 'Jobs');
  log.error('It failed', 'Error: x\n    at somewhere', 'Jobs');
  log.error(new Error('no glue'), 'Outbox');
  log.fatal('No way', busy);
  log.error('Not logged twice', busy, 'TypeOrmModule');
  write.mockRestore();
  expect(lines).toEqual([
    'Jobs: Job failed: no broom\n',
    'Jobs: Lease not renewed: Another transaction locks the database for too long (SQLITE_BUSY)\n',
    'Jobs: It is late\n',
    'Jobs: It failed\n',
    'Outbox: no glue\n',
    'No way: Another transaction locks the database for too long (SQLITE_BUSY)\n',
  ]);
});

it('outbox:retry needs event ids or --dead, and refuses both together', async () => {
  const wrong = 'error: give either the ids of events or --dead';
  for (const args of [[], ['7', '--dead']]) {
    const { code, problem } = await run(['outbox:retry', ...args]);
    expect([code, problem]).toEqual([2, expect.stringContaining(wrong)]);
  }
  expect((await run(['outbox:retry', '--dead'])).problem).not.toContain(wrong);
});
