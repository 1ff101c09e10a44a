import type { Logger } from 'pino';

/** Node would print what nobody caught with all of its members, the parameters of a statement among them. */
export function tellUncaught(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'Nobody caught an error: the process ends');
    process.exit(1);
  });
}
