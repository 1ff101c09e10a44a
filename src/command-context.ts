import { rmSync } from 'node:fs';
import type { INestApplicationContext } from '@nestjs/common';
import type { Program } from './platform/command-line/command';
import { PlainLog } from './platform/command-line/plain-log';
import type { Config, Environment } from './platform/config/config';

/** The command line runs no schedule of its own and says what it has to say itself. */
const quiet = { WORKER: 'off', LOG_LEVEL: 'warn' };

/**
 * What commands work with. All of it is imported late: help and `verify` answer without settings, drivers or Nest, and a
 * database that is refused is refused at once.
 */
export const program: Program = {
  inApplication: (work) => inContext({}, work),
  directUrl: async () => (await lookedAt({}, true)).directUrl,
  tryOut: (url) => inDatabase(url, auditOf),
  tryOutRestored: (url) => inDatabase(url, auditOfRestored),
  booksSums: async () => (await import('./modules/rewards/index.js')).booksSums,
  document,
};

/** The settings, once the database they name is seen to be ours. */
async function lookedAt(decided: Environment, mayBeMissing: boolean): Promise<Config> {
  const { Config } = await import('./platform/config/config.js');
  const { requireOurs } = await import('./platform/database/schema/foreign-database.js');
  const config = Config.ofProcess({ ...quiet, ...decided });
  await requireOurs(config.directUrl, { mayBeMissing });
  return config;
}

async function inContext<T>(decided: Environment, work: (context: INestApplicationContext) => Promise<T>): Promise<T> {
  const config = await lookedAt(decided, false);
  const { openContext } = await import('./context.js');
  const context = await openContext(config, new PlainLog());
  try {
    return await work(context);
  } finally {
    await context.close();
  }
}

async function inDatabase<T>(url: string, work: (context: INestApplicationContext) => Promise<T>): Promise<T> {
  return inContext((await import('./platform/config/config.js')).databaseAlone(url), work);
}

/** Nothing starts on a ledger that can be changed: that it starts is half of the proof. */
async function auditOf(context: INestApplicationContext): Promise<string> {
  const { LedgerAudit } = await import('./modules/rewards/index.js');
  const { transactions, counts } = await context.get(LedgerAudit, { strict: false }).run();
  const violations = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return `The audit of ${transactions} transactions found ${violations || 'no'} violations`;
}

/** What the chain has paid since the backup is not in it: nothing is paid or given back before somebody has looked. */
async function auditOfRestored(context: INestApplicationContext): Promise<string> {
  const { HaltAfterRestore } = await import('./modules/chain/index.js');
  const told = await auditOf(context);
  const isHalted = await context.get(HaltAfterRestore, { strict: false }).halt();
  return isHalted ? `${told}\nPayments are halted: docs/chain.md, "Restored from a backup"` : told;
}

/** From an empty database of its own: the document says nothing of any school. */
async function document(): Promise<string> {
  const { Config, databaseAlone, fileUrl } = await import('./platform/config/config.js');
  const { createApplication, tags } = await import('./application.js');
  const { emitDocument } = await import('./platform/http/openapi.js');
  const file = `var/openapi-${process.pid}.db`;
  const app = await createApplication(
    Config.ofProcess({ ...quiet, ...databaseAlone(fileUrl(file)), LOG_LEVEL: 'error' }),
  );
  try {
    return emitDocument(app, tags);
  } finally {
    await app.close();
    for (const part of ['', '-wal', '-shm', '-migrating']) rmSync(`${file}${part}`, { force: true });
  }
}
