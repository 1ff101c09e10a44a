import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import { demoAccounts, loadDemoSchool } from '../demo/school';
import { createApplication } from './application';
import { openContext } from './context';
import { toErrorLines } from './platform/command-line/error-lines';
import { Config } from './platform/config/config';
import { createLogger } from './platform/http/log';
import { Readiness } from './platform/http/readiness';
import { keepFilesPrivate } from './platform/process/private-files';
import { endWithin } from './platform/process/stop-limit';
import { tellUncaught } from './platform/process/uncaught';

/** The API and, unless WORKER=off, the outbox and the schedule in the same process. */
async function main(): Promise<void> {
  keepFilesPrivate();
  const config = Config.ofProcess();
  tellUncaught(createLogger(config.logLevel));
  if (config.demoSchool) await openDemoSchool();
  const app = await createApplication(config);
  await app.listen(config.port, config.host);
  console.log(`TeoArt is listening on ${await app.getUrl()}; its documentation is at /docs`);
  if (config.demoSchool) for (const account of await demoAccounts(app)) console.log(signInOf(account));
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
async function openDemoSchool(): Promise<void> {
  const context = await openContext(Config.ofProcess({ WORKER: 'off' }));
  try {
    if (await loadDemoSchool(context)) console.log('The database was empty: a demo school has opened');
  } finally {
    await context.close();
  }
}

const signInOf = ({ role, username, password }: { role: string; username: string; password: string }): string =>
  `  ${role.padEnd(8)} ${username} / ${password}`;

function failed(error: unknown): never {
  process.stderr.write(`${toErrorLines(error).join('\n')}\n`);
  process.exit(1);
}

main().catch(failed);
