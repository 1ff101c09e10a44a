import type { Logger } from 'pino';

/** Logs an uncaught error safely, because Node would print all of its fields, such as the parameters of a statement. */
export function logUncaughtErrors(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'Uncaught error, the process ends');
    process.exit(1);
  });
}
