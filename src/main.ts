import './platform/process/compile-cache';
import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import { assemble } from './app.module';
import { toErrorLines } from './platform/command-line/error-lines';
import type { Config } from './platform/config/config';
import { createServer } from './platform/http/server/create-server';
import { createLogger } from './platform/http/server/log';
import { Readiness } from './platform/http/health/readiness';
import type { Application } from './platform/process/extension';
import { readEnvFile } from './platform/config/env-file';
import { keepFilesPrivate } from './platform/process/private-files';
import { forceExitAfter } from './platform/process/shutdown-timeout';
import { startWorker } from './platform/process/start-worker';
import { logUncaughtErrors } from './platform/process/uncaught-errors';

/** Runs the API. Unless WORKER=off, the same process also runs the outbox and the scheduled jobs. */
async function main(): Promise<void> {
  keepFilesPrivate();
  readEnvFile();
  const application = assemble();
  const { config } = application;
  logUncaughtErrors(createLogger(config.logLevel));
  const app = await createServer(application);
  if (config.hasDemoSchool) await loadDemoSchoolIfEmpty(app, application);
  await app.listen(config.port, config.host);
  startWorker(app);
  // Before the line below, because a program that reads it may stop the server at once.
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void stop(app, config, signal).catch(exitWithError));
  console.log(`TeoArt is listening on ${await app.getUrl()}; its documentation is at /docs`);
  if (config.hasDemoSchool) await printDemoAccounts(app);
}

/**
 * Reports "not ready" to load balancers first and still accepts requests for STOP_WAIT_MS. Then streams end, jobs stop,
 * pending requests finish and connections close. SIGINT skips the wait because a developer sends it from a terminal.
 */
async function stop(app: INestApplication, { settings }: Config, signal: NodeJS.Signals): Promise<void> {
  forceExitAfter(settings.STOP_LIMIT_MS + settings.STOP_WAIT_MS);
  app.get(Readiness, { strict: false }).stop();
  await sleep(signal === 'SIGTERM' ? settings.STOP_WAIT_MS : 0);
  await app.close();
  process.exit(0);
}

async function loadDemoSchoolIfEmpty(app: INestApplication, { demo }: Application): Promise<void> {
  const { loadDemoSchool } = await import('../demo/school.js');
  if (await loadDemoSchool(app, demo)) console.log('The demo school was loaded because the database was empty');
}

async function printDemoAccounts(app: INestApplication): Promise<void> {
  const { demoAccounts } = await import('../demo/school.js');
  for (const { role, username, password } of await demoAccounts(app))
    console.log(`  ${role.padEnd(8)} ${username} / ${password}`);
}

function exitWithError(error: unknown): never {
  process.stderr.write(`${toErrorLines(error).join('\n')}\n`);
  process.exit(1);
}

main().catch(exitWithError);
