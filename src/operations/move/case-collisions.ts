import type { Database as Connection } from 'better-sqlite3';
import type { ClientBase } from 'pg';
import type { Problem } from './move.errors';
import type { Column, Table } from './table-pairing';
import { toNonAsciiSql, quoteIdentifier } from './column-values';

const batchSize = 5_000;

/**
 * Finds values that are unique in SQLite but not in PostgreSQL. The lower() of SQLite folds only A to Z, and the one of PostgreSQL
 * also folds letters such as Ä, Я and Σ. Only values with such letters are sent to PostgreSQL, because only they can collide.
 */
export async function findCaseCollisions(source: Connection, client: ClientBase, table: Table): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const column of table.caseless) {
    const duplicates = await findCollisions(source, client, table.name, column);
    if (duplicates.length > 0)
      problems.push({
        place: `${table.name}.${column.name}`,
        reason: 'equal in the target except for upper and lower case',
        count: duplicates.length,
        examples: duplicates.slice(0, 3),
      });
  }
  return problems;
}

async function findCollisions(
  source: Connection,
  client: ClientBase,
  table: string,
  column: Column,
): Promise<string[]> {
  const columnSql = quoteIdentifier(column.name);
  const tableSql = quoteIdentifier(table);
  const isNonAsciiSql = toNonAsciiSql(columnSql);
  const nonAsciiValues = source.prepare(`SELECT ${columnSql} FROM ${tableSql} WHERE ${isNonAsciiSql}`);
  const equalAsciiValue = source.prepare(
    `SELECT 1 FROM ${tableSql} WHERE lower(${columnSql}) = ? AND NOT ${isNonAsciiSql}`,
  );
  const seenValues = new Set<string>();
  const duplicates: string[] = [];
  for (const values of toBatches(nonAsciiValues.pluck().iterate() as Iterable<string>)) {
    const loweredValues = await toLowerCaseOn(client, values);
    for (const [index, lowered] of loweredValues.entries()) {
      const isDuplicate = seenValues.has(lowered) || equalAsciiValue.get(lowered) !== undefined;
      if (isDuplicate) duplicates.push(values[index] as string);
      seenValues.add(lowered);
    }
  }
  return duplicates;
}

/** Reads all values before the first query is awaited, because the SQLite connection is busy until all rows of a statement are read. */
function toBatches(values: Iterable<string>): string[][] {
  // PostgreSQL accepts no NUL characters. They are reported by another check.
  const storableValues = [...values].map((value) => value.replaceAll('\0', ''));
  const batches: string[][] = [];
  for (let start = 0; start < storableValues.length; start += batchSize)
    batches.push(storableValues.slice(start, start + batchSize));
  return batches;
}

async function toLowerCaseOn(client: ClientBase, values: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ lowered: string }>(
    'SELECT lower(value) AS lowered FROM unnest($1::text[]) WITH ORDINALITY AS given (value, place) ORDER BY place',
    [values],
  );
  return rows.map(({ lowered }) => lowered);
}
