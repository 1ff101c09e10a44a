import type { Logger } from 'typeorm';

const nothing = (): void => undefined;

/** TypeORM's logger would print failed statements to standard output. TypeORM also throws them, and the application logs them once. */
export const silentLogger: Logger = {
  logQuery: nothing,
  logQueryError: nothing,
  logQuerySlow: nothing,
  logSchemaBuild: nothing,
  logMigration: nothing,
  log: nothing,
};
