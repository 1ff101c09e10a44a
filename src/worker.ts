import './platform/process/compile-cache';
import 'reflect-metadata';
import { assemble } from './app.module';
import { toErrorLines } from './platform/command-line/error-lines';
import { createLogger } from './platform/http/server/log';
import { openContext } from './platform/process/application-context';
import { readEnvFile } from './platform/config/env-file';
import { keepFilesPrivate } from './platform/process/private-files';
import { forceExitAfter } from './platform/process/shutdown-timeout';
import { startWorker } from './platform/process/start-worker';
import { logUncaughtErrors } from './platform/process/uncaught-errors';

/** Runs only the outbox and the scheduled jobs, next to API processes that run with WORKER=off. */
async function main(): Promise<void> {
  keepFilesPrivate();
  readEnvFile();
  const application = assemble({ WORKER: 'on' });
  const { config } = application;
  logUncaughtErrors(createLogger(config.logLevel));
  const context = await openContext(application);
  startWorker(context);
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      forceExitAfter(config.settings.STOP_LIMIT_MS);
      void context.close().then(() => process.exit(0), exitWithError);
    });
}

function exitWithError(error: unknown): never {
  process.stderr.write(`${toErrorLines(error).join('\n')}\n`);
  process.exit(1);
}

main().catch(exitWithError);
