import type { QueryRunner } from 'typeorm';

/** Results for the queries that TypeORM sends before it looks for a table. Other queries get no rows. */
const fakeRows: [RegExp, Record<string, unknown>][] = [
  [/current_schema\(\)/, { current_schema: 'public' }],
  [/current_database\(\)/, { current_database: 'school' }],
];

/**
 * Makes a query runner for PostgreSQL pass its statements to `record` instead of a server.
 *
 * Relies on: every method of the query runner sends its statements by `this.query` and needs no other results than these.
 * Why: the plan of migrations shows their SQL, although there is no server.
 * Missing: TypeORM's own record of SQL (`enableSqlMemory`) lacks calls of `query` and statements that a method sends before it has
 * connected.
 */
export function takeOffline(runner: QueryRunner, isTransactionActive: boolean, record: (sql: string) => void): void {
  const query = async (sql: string): Promise<unknown> => {
    record(sql);
    const [, row] = fakeRows.find(([query]) => query.test(sql)) ?? [];
    return row ? [row] : [];
  };
  Object.assign(runner, { query, isTransactionActive });
}
