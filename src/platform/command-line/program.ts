import { rmSync } from 'node:fs';
import type { INestApplicationContext } from '@nestjs/common';
import type { Config, Environment } from '../config/config';
import type { Application, Assemble } from '../process/extension';
import type { Program } from './command';
import { PlainLog } from './plain-log';

/** The command line runs no schedule of its own and prints its own messages. */
const quiet = { WORKER: 'off', LOG_LEVEL: 'warn' };

/** Imports what puts the application together, with all of its modules. */
export type LoadApplication = () => Promise<{ assemble: Assemble }>;

/**
 * What commands work with. All of it is imported late: help and `verify` answer without settings, drivers or Nest, and a
 * database that is refused is refused before the modules are loaded.
 */
export const programOf = (load: LoadApplication): Omit<Program, 'sums'> => ({
  inApplication: (work) => inContext(load, {}, work),
  directUrl: async () => (await checkedConfig({}, true)).directUrl,
  migrations: async () => (await load()).assemble(quiet).migrations,
  tryOut: (url) => checkCopy(load, url, false),
  tryOutRestored: (url) => checkCopy(load, url, true),
  document: () => document(load),
});

/** The settings of the platform, once the database that they name is seen to be ours. */
async function checkedConfig(decided: Environment, mayBeMissing: boolean): Promise<Config> {
  const { Config } = await import('../config/config.js');
  const { requireOurs } = await import('../database/schema/foreign-database.js');
  const config = Config.ofProcess({ ...quiet, ...decided });
  await requireOurs(config.directUrl, { mayBeMissing });
  return config;
}

async function inContext<T>(
  load: LoadApplication,
  decided: Environment,
  work: (context: INestApplicationContext) => Promise<T>,
): Promise<T> {
  await checkedConfig(decided, false);
  const [{ assemble }, { openContext }] = await Promise.all([load(), import('../process/application-context.js')]);
  const context = await openContext(assemble({ ...quiet, ...decided }), new PlainLog());
  try {
    return await work(context);
  } finally {
    await context.close();
  }
}

/** Starts the application on a copy and runs the checks of its modules. */
async function checkCopy(load: LoadApplication, url: string, isOld: boolean): Promise<string> {
  const { databaseAlone } = await import('../config/config.js');
  const { CopyChecks } = await import('../data/copy-checks.js');
  const check = (context: INestApplicationContext): Promise<string[]> =>
    context.get(CopyChecks, { strict: false }).run(isOld);
  return (await inContext(load, databaseAlone(url), check)).join('\n');
}

/** From an empty database of its own: the document says nothing about any school. */
async function document(load: LoadApplication): Promise<string> {
  const { databaseAlone, fileUrl } = await import('../config/config.js');
  const file = `var/openapi-${process.pid}.db`;
  const { assemble } = await load();
  try {
    return await documentOf(assemble({ ...quiet, ...databaseAlone(fileUrl(file)), LOG_LEVEL: 'error' }));
  } finally {
    for (const part of ['', '-wal', '-shm', '-migrating']) rmSync(`${file}${part}`, { force: true });
  }
}

async function documentOf(application: Application): Promise<string> {
  const { createServer } = await import('../http/create-server.js');
  const { emitDocument } = await import('../http/openapi.js');
  const app = await createServer(application);
  try {
    return emitDocument(app, application.tags);
  } finally {
    await app.close();
  }
}
