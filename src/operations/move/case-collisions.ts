import type { Database as Connection } from 'better-sqlite3';
import type { ClientBase } from 'pg';
import type { Problem } from './move.errors';
import type { Column, Table } from './table-pairing';
import { toNonAsciiSql, quoteIdentifier } from './column-values';

const batchSize = 5_000;

/**
 * Finds values that are unique in SQLite but not in PostgreSQL. SQLite's lower() folds A to Z only, PostgreSQL's also folds
 * Ä, Я and Σ. PostgreSQL folds the values that are not ASCII, because only these can collide.
 */
export async function findCaseCollisions(source: Connection, client: ClientBase, table: Table): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const column of table.caseless) {
    const duplicates = await findCollisions(source, client, table.name, column);
    if (duplicates.length > 0)
      problems.push({
        place: `${table.name}.${column.name}`,
        what: 'equal in the target except for upper and lower case',
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
  const c = quoteIdentifier(column.name);
  const nonAsciiValues = source.prepare(`SELECT ${c} FROM ${quoteIdentifier(table)} WHERE ${toNonAsciiSql(c)}`);
  const sameInAscii = source.prepare(
    `SELECT 1 FROM ${quoteIdentifier(table)} WHERE lower(${c}) = ? AND NOT ${toNonAsciiSql(c)}`,
  );
  const seen = new Set<string>();
  const duplicates: string[] = [];
  for (const values of toBatches(nonAsciiValues.pluck().iterate() as Iterable<string>)) {
    for (const [at, lowered] of (await toLowerCaseOn(client, values)).entries()) {
      if (seen.has(lowered) || sameInAscii.get(lowered)) duplicates.push(values[at] as string);
      seen.add(lowered);
    }
  }
  return duplicates;
}

/** Reads all values before the first query is awaited, because SQLite's connection is busy until a statement is read to its end. */
function toBatches(values: Iterable<string>): string[][] {
  const all = [...values].map((value) => value.replaceAll('\0', ''));
  return Array.from({ length: Math.ceil(all.length / batchSize) }, (_, at) =>
    all.slice(at * batchSize, (at + 1) * batchSize),
  );
}

async function toLowerCaseOn(client: ClientBase, values: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ lowered: string }>(
    'SELECT lower(value) AS lowered FROM unnest($1::text[]) WITH ORDINALITY AS given (value, place) ORDER BY place',
    [values],
  );
  return rows.map(({ lowered }) => lowered);
}
