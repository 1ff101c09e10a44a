import type { Logger } from 'typeorm';

const nothing = (): void => undefined;

/** Replaces TypeORM's logger, which would print failed statements. TypeORM also throws their errors, and the application logs them. */
export const silentLogger: Logger = {
  logQuery: nothing,
  logQueryError: nothing,
  logQuerySlow: nothing,
  logSchemaBuild: nothing,
  logMigration: nothing,
  log: nothing,
};
