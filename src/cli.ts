import 'reflect-metadata';
import { rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import type { INestApplicationContext } from '@nestjs/common';
import { migrations } from '../migrations';
import { openContext } from './context';
import { booksSums, LedgerAudit, ledgerSums, RestoredBooks } from './modules/rewards';
import { Registration } from './modules/users';
import { Config, databaseAlone, fileUrl } from './platform/config/config';
import { backUp, bringBack } from './platform/data/backup/command';
import { dataCommands, verifyFile, type DataCommand } from './platform/data/commands';
import { move } from './platform/data/move/command';
import { planned, planText } from './platform/database/plan';
import { DomainError } from './platform/errors/domain-error';
import { Jobs } from './platform/jobs/jobs';

type Context = INestApplicationContext;

interface Command {
  words: string;
  summary: string;
  run(words: string[]): Promise<void>;
}

/** Left to itself the heap doubles before it is swept: a load of any size would hold garbage for as long as there is room. */
setFlagsFromString('--heap-growing-percent=30');

/** What an operator and the schedule of a machine can ask for. */
const commands: Record<string, Command> = {
  migrate: {
    words: '',
    summary: 'Bring the schema to the newest migration',
    run: () => inContext(async () => undefined),
  },
  jobs: { words: '', summary: 'List the jobs', run: () => inContext(listJobs) },
  job: { words: 'NAME', summary: 'Run a job now', run: ([name = '']) => inContext((context) => runJob(context, name)) },
  'admin:create': {
    words: '--username NAME --email ADDRESS < password',
    summary: 'Make an administrator; the password is read from standard input',
    run: createAdministrator,
  },
  seed: {
    words: '--users NUMBER [--courses 200]',
    summary: 'Fill an empty database with a large school, to measure on',
    run: seed,
  },
  ...Object.fromEntries(Object.entries(dataCommands).map(([name, command]) => [name, inApplication(command)])),
  verify: {
    words: 'FILE',
    summary: 'Compare a dump with the manifest beside it; needs no database',
    run: (words) => verifyFile(words, ledgerSums),
  },
  'db:move': {
    words: '--from URL --to URL [--while-connected]',
    summary: 'Copy the whole database to the other engine, and prove the copy',
    run: async (words) => console.log(await move(words, { migrations, sums: booksSums, tryOut })),
  },
  'db:plan': {
    words: '',
    summary: 'Print the SQL of the pending migrations, on both engines, and run nothing',
    run: async () => console.log(planText(await planned(directUrl(), migrations))),
  },
  backup: {
    words: '[-o FILE]',
    summary: 'Write the database of this moment into a file, while others use it',
    run: async (words) => console.log(await backUp(words, directUrl(), new Date())),
  },
  restore: {
    words: 'FILE [--replace]',
    summary: 'Put the database of a backup in place, once it is proved',
    run: async (words) => console.log(await bringBack(words, directUrl(), tryOutRestored)),
  },
  openapi: { words: '', summary: 'Print the OpenAPI document', run: printDocument },
};

/** The command line runs no schedule of its own and says what it has to say itself. */
const quiet = { WORKER: 'off', LOG_LEVEL: 'warn' };

async function inContext(work: (context: Context) => Promise<void>): Promise<void> {
  const context = await openContext(Config.ofProcess(quiet));
  try {
    await work(context);
  } finally {
    await context.close();
  }
}

function inApplication(command: DataCommand): Command {
  return { ...command, run: (words) => inContext((context) => command.run(context, words)) };
}

/** Dumps, restores and plans need a session of their own. */
const directUrl = (): string => Config.ofProcess(quiet).directUrl;

/** Nothing starts on a ledger that can be changed: that it starts is half of the proof. */
const tryOut = (url: string): Promise<string> => inDatabase(url, audited);

/** What the chain has paid since the backup is not in it: nothing is paid or given back before somebody has looked. */
const tryOutRestored = (url: string): Promise<string> =>
  inDatabase(url, async (context) => {
    const told = await audited(context);
    const isHalted = await context.get(RestoredBooks, { strict: false }).halt();
    return isHalted ? `${told}\nPayments are halted: docs/chain.md, "Restored from a backup"` : told;
  });

async function inDatabase(url: string, work: (context: Context) => Promise<string>): Promise<string> {
  const context = await openContext(Config.ofProcess({ ...quiet, ...databaseAlone(url) }));
  try {
    return await work(context);
  } finally {
    await context.close();
  }
}

async function audited(context: Context): Promise<string> {
  const { transactions, counts } = await context.get(LedgerAudit, { strict: false }).run();
  const violations = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return `The audit of ${transactions} transactions found ${violations || 'no'} violations`;
}

async function listJobs(context: Context): Promise<void> {
  for (const { name, cron = 'by name only', summary } of context.get(Jobs, { strict: false }).list)
    console.log(`${name.padEnd(34)} ${cron.padEnd(20)} ${summary}`);
}

async function runJob(context: Context, name: string): Promise<void> {
  const report = await context.get(Jobs, { strict: false }).run(name);
  console.log(report ? JSON.stringify(report) : `${name} is running in another process`);
}

async function createAdministrator(words: string[]): Promise<void> {
  const options = { username: { type: 'string' }, email: { type: 'string' } } as const;
  const { username = '', email = '' } = parseArgs({ args: words, options }).values;
  const password = (await text(process.stdin)).replace(/\r?\n$/, '');
  await inContext(async (context) => {
    const id = await context.get(Registration, { strict: false }).createAdministrator({ username, email, password });
    console.log(`Administrator ${username} has the id ${id}`);
  });
}

async function seed(words: string[]): Promise<void> {
  const options = { users: { type: 'string' }, courses: { type: 'string', default: '200' } } as const;
  const { users, courses } = parseArgs({ args: words, options }).values;
  const school = { students: Number(users), courses: Number(courses) };
  if (!Object.values(school).every(Number.isInteger)) throw new Error('Say how many: --users 10000 [--courses 200]');
  const { loadLargeSchool } = await import('../demo/large-school.js');
  const started = performance.now();
  await inContext((context) => loadLargeSchool(context, school));
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(`${school.students} students and ${school.courses} courses in ${seconds} s`);
}

/** From an empty database of its own: the document says nothing of any school. */
async function printDocument(): Promise<void> {
  const { createApplication, tags } = await import('./application.js');
  const { emitDocument } = await import('./platform/http/openapi.js');
  const file = `var/openapi-${process.pid}.db`;
  const decided = { ...quiet, ...databaseAlone(fileUrl(file)), LOG_LEVEL: 'error' };
  const app = await createApplication(Config.ofProcess(decided));
  process.stdout.write(emitDocument(app, tags));
  await app.close();
  for (const part of ['', '-wal', '-shm']) rmSync(`${file}${part}`, { force: true });
}

function usage(): string {
  const lines = Object.entries(commands).map(
    ([name, { words, summary }]) => `  ${`${name} ${words}`.padEnd(50)} ${summary}`,
  );
  return `node dist/src/cli.js COMMAND\n\n${lines.join('\n')}`;
}

async function main([name = '', ...words]: string[]): Promise<void> {
  const command = commands[name];
  if (command) return command.run(words);
  console.error(usage());
  process.exitCode = 2;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof DomainError ? explain(error) : error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

function explain(error: DomainError): string {
  const parts = (error.errors ?? []).map(({ pointer, message }) => `  ${pointer}: ${message}`);
  return [`${error.code}: ${error.detail ?? error.type.title}`, ...parts].join('\n');
}
