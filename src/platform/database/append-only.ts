import type { Database } from './database';
import type { Value } from './columns';

/** A change that triggers must refuse, by a name for the error message. */
type ForbiddenStatements = Record<string, { sql: string; values: readonly Value[] }>;

/**
 * Tries changes of a table that is append-only on a row that is never committed. The error of its triggers says `append-only`.
 * @returns the names of the statements that the database wrongly allows; empty if the table is protected
 */
export async function findPossibleChanges(
  database: Database,
  insertTestRow: () => Promise<unknown>,
  statements: ForbiddenStatements,
): Promise<string[]> {
  const possibleChanges: string[] = [];
  for (const [name, { sql, values }] of Object.entries(statements)) {
    const attempt = database.transaction(async () => {
      await insertTestRow();
      await database.run(sql, values);
      throw new StatementSucceeded();
    });
    if (await isPossible(attempt)) possibleChanges.push(name);
  }
  return possibleChanges;
}

async function isPossible(attempt: Promise<never>): Promise<boolean> {
  try {
    return await attempt;
  } catch (error) {
    if (error instanceof StatementSucceeded) return true;
    if (!String(error).includes('append-only')) throw error;
    return false;
  }
}

/** Thrown to roll the test row back. */
class StatementSucceeded extends Error {}
