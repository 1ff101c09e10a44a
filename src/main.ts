import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import { assemble } from './app.module';
import { explain } from './platform/command-line/explain';
import type { Config } from './platform/config/config';
import { createServer } from './platform/http/create-server';
import { createLogger } from './platform/http/log';
import { Readiness } from './platform/http/readiness';
import { openContext } from './platform/process/application-context';
import type { Application } from './platform/process/extension';
import { keepFilesPrivate } from './platform/process/private-files';
import { endWithin } from './platform/process/shutdown-timeout';
import { tellUncaught } from './platform/process/uncaught-errors';

/** The API and, unless WORKER=off, the outbox and the schedule in the same process. */
async function main(): Promise<void> {
  keepFilesPrivate();
  const application = assemble();
  const { config } = application;
  tellUncaught(createLogger(config.logLevel));
  if (config.demoSchool) await openDemoSchool(application);
  const app = await createServer(application);
  await app.listen(config.port, config.host);
  console.log(`TeoArt is listening on ${await app.getUrl()}; its documentation is at /docs`);
  if (config.demoSchool) await printDemoAccounts(app);
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void stop(app, config, signal).catch(failed));
}

/**
 * Balancers see "not ready" first, while requests are still taken; then streams end, jobs stop, requests under way end, and
 * connections close. A person at a terminal (SIGINT) has no balancer, and waits for none.
 */
async function stop(app: INestApplication, { settings }: Config, signal: NodeJS.Signals): Promise<void> {
  endWithin(settings.STOP_LIMIT_MS + settings.STOP_WAIT_MS);
  app.get(Readiness, { strict: false }).stop();
  await sleep(signal === 'SIGTERM' ? settings.STOP_WAIT_MS : 0);
  await app.close();
  process.exit(0);
}

/** Before anybody can sign in, and without a worker, which would wait for the writer of an SQLite file all the while. */
async function openDemoSchool({ demo }: Application): Promise<void> {
  const { loadDemoSchool } = await import('../demo/school.js');
  const context = await openContext(assemble({ WORKER: 'off' }));
  try {
    if (await loadDemoSchool(context, demo)) console.log('The database was empty: a demo school has opened');
  } finally {
    await context.close();
  }
}

async function printDemoAccounts(app: INestApplication): Promise<void> {
  const { demoAccounts } = await import('../demo/school.js');
  for (const { role, username, password } of await demoAccounts(app))
    console.log(`  ${role.padEnd(8)} ${username} / ${password}`);
}

function failed(error: unknown): never {
  process.stderr.write(`${explain(error).join('\n')}\n`);
  process.exit(1);
}

main().catch(failed);
