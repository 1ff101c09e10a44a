import { rmSync } from 'node:fs';
import type { INestApplicationContext } from '@nestjs/common';
import type { Config, Environment } from '../config/config';
import type { FileStore } from '../files/store/file-store';
import type { Application, Assemble } from '../process/extension';
import type { Program } from './command-definition';
import { TerminalLogger } from './terminal-logger';

/** A command runs no scheduled jobs, and logs only warnings, because it prints its own messages. */
const commandSettings = { WORKER: 'off', LOG_LEVEL: 'warn' };

/** Imports the application with all of its modules. */
type LoadApplication = () => Promise<{ assemble: Assemble }>;

/**
 * Creates the services that commands use. The code of a service is imported at its first use. So `--help` and `verify` need no
 * settings, drivers or Nest, and a foreign database is refused before the modules are loaded.
 */
export const createProgram = (load: LoadApplication): Omit<Program, 'sums'> => ({
  inApplication: (work) => withContext(load, {}, work),
  directUrl: async () => (await loadCheckedConfig({}, true)).directUrl,
  fileStore: openFileStore,
  migrations: async () => (await load()).assemble(commandSettings).migrations,
  auditCopy: (url) => checkCopy(load, url, false),
  auditRestored: (url) => checkCopy(load, url, true),
  document: () => generateDocument(load),
});

/** Loads the platform's settings and checks that their database belongs to this application. */
async function loadCheckedConfig(overrides: Environment, mayBeMissing: boolean): Promise<Config> {
  const { Config } = await import('../config/config.js');
  const { requireOwnDatabase } = await import('../database/schema/foreign-database.js');
  const config = Config.ofProcess({ ...commandSettings, ...overrides });
  await requireOwnDatabase(config.directUrl, { mayBeMissing });
  return config;
}

async function openFileStore(): Promise<FileStore> {
  const { Config } = await import('../config/config.js');
  const { openStore } = await import('../files/store/open-store.js');
  const { settings } = Config.ofProcess(commandSettings);
  return openStore(settings.FILES_URL, settings.FILES_TIMEOUT_MS);
}

async function withContext<T>(
  load: LoadApplication,
  overrides: Environment,
  work: (context: INestApplicationContext) => Promise<T>,
): Promise<T> {
  await loadCheckedConfig(overrides, false);
  const [{ assemble }, { openContext }] = await Promise.all([load(), import('../process/application-context.js')]);
  const context = await openContext(assemble({ ...commandSettings, ...overrides }), new TerminalLogger());
  try {
    return await work(context);
  } finally {
    await context.close();
  }
}

/** Starts the application on a copy and runs the checks of its modules. `isOld` is true for a restored backup. */
async function checkCopy(load: LoadApplication, url: string, isOld: boolean): Promise<string> {
  const { otherDatabaseSettings } = await import('../config/config.js');
  const { CopyChecks } = await import('../data/copy-checks.js');
  const runChecks = (context: INestApplicationContext): Promise<string[]> =>
    context.get(CopyChecks, { strict: false }).run(isOld);
  const lines = await withContext(load, otherDatabaseSettings(url), runChecks);
  return lines.join('\n');
}

/** Uses a temporary empty database, because the document depends on no data. */
async function generateDocument(load: LoadApplication): Promise<string> {
  const { otherDatabaseSettings, fileUrl } = await import('../config/config.js');
  const file = `var/openapi-${process.pid}.db`;
  const { assemble } = await load();
  try {
    const overrides = { ...commandSettings, ...otherDatabaseSettings(fileUrl(file)), LOG_LEVEL: 'error' };
    return await renderDocument(assemble(overrides));
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-migrating']) rmSync(`${file}${suffix}`, { force: true });
  }
}

async function renderDocument(application: Application): Promise<string> {
  const { createServer } = await import('../http/server/create-server.js');
  const { emitDocument } = await import('../http/openapi/openapi.js');
  const app = await createServer(application);
  try {
    return emitDocument(app, application.tags);
  } finally {
    await app.close();
  }
}
