import { rmSync } from 'node:fs';
import type { INestApplicationContext } from '@nestjs/common';
import { createApplication, tags } from './application';
import { openContext } from './context';
import { LedgerAudit } from './modules/rewards';
import { PlainLog } from './platform/command-line/plain-log';
import { Config, databaseAlone, fileUrl } from './platform/config/config';
import { requireOurs } from './platform/database/foreign-database';
import { emitDocument } from './platform/http/openapi';

/** The command line runs no schedule of its own and says what it has to say itself. */
const quiet = { WORKER: 'off', LOG_LEVEL: 'warn' };

/** Looked at first: what a backup or a plan is made of, or a restored database takes the place of, is ours. */
export async function directUrl(): Promise<string> {
  const url = Config.ofProcess(quiet).directUrl;
  await requireOurs(url, { mayBeMissing: true });
  return url;
}

export const inApplication = <T>(work: (context: INestApplicationContext) => Promise<T>): Promise<T> =>
  inContext(Config.ofProcess(quiet), work);

async function inContext<T>(config: Config, work: (context: INestApplicationContext) => Promise<T>): Promise<T> {
  const context = await openContext(config, new PlainLog());
  try {
    return await work(context);
  } finally {
    await context.close();
  }
}

/** Nothing starts on a ledger that can be changed: that it starts is half of the proof. */
export const tryOut = (url: string): Promise<string> =>
  inContext(Config.ofProcess({ ...quiet, ...databaseAlone(url) }), async (context) => {
    const { transactions, counts } = await context.get(LedgerAudit, { strict: false }).run();
    const violations = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return `The audit of ${transactions} transactions found ${violations || 'no'} violations`;
  });

/** From an empty database of its own: the document says nothing of any school. */
export async function document(): Promise<string> {
  const file = `var/openapi-${process.pid}.db`;
  const decided = { ...quiet, ...databaseAlone(fileUrl(file)), LOG_LEVEL: 'error' };
  const app = await createApplication(Config.ofProcess(decided));
  try {
    return emitDocument(app, tags);
  } finally {
    await app.close();
    for (const part of ['', '-wal', '-shm', '-migrating']) rmSync(`${file}${part}`, { force: true });
  }
}
