import type { Logger } from 'typeorm';

const nothing = (): void => undefined;

/** TypeORM prints what fails, on standard output and in the engine's words; it throws it, too, and that is told once. */
export const silent: Logger = {
  ...{ logQuery: nothing, logQueryError: nothing, logQuerySlow: nothing },
  ...{ logSchemaBuild: nothing, logMigration: nothing, log: nothing },
};
