import type { Logger } from 'pino';

/** Logs only the safe fields of an uncaught error, because Node would print all of them, such as the parameters of a statement. */
export function logUncaughtErrors(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'Uncaught error, the process ends');
    process.exit(1);
  });
}
