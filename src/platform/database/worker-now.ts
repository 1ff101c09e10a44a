import type { Dialect } from './dialect';

/**
 * The time by which workers decide what is due. It is that of the application's clock if tests or the demo school have moved it (`$1`,
 * which is `clock.moved`), and otherwise that of the database's clock, because several processes work.
 */
export const workerNowSql = ({ instantType, nowSql }: Dialect): string =>
  `COALESCE(CAST($1 AS ${instantType}), ${nowSql})`;
