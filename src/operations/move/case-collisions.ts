import type { Database as Connection } from 'better-sqlite3';
import type { ClientBase } from 'pg';
import type { Problem } from './move.errors';
import type { Column, Table } from './table-pairing';
import { toNonAsciiSql, quoteIdentifier } from './column-values';

const batchSize = 5_000;

/**
 * SQLite's lower() knows A to Z only, PostgreSQL's knows Ä, Я and Σ: what is unique here may be the same there. PostgreSQL
 * itself is asked, about the values beyond ASCII; only they can become the same as another.
 */
export async function findCaseCollisions(source: Connection, client: ClientBase, table: Table): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const column of table.caseless) {
    const duplicates = await findCollisions(source, client, table.name, column);
    if (duplicates.length > 0)
      problems.push({
        place: `${table.name}.${column.name}`,
        what: 'the same but for upper and lower case, in the target’s eyes',
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
  const beyond = source.prepare(`SELECT ${c} FROM ${quoteIdentifier(table)} WHERE ${toNonAsciiSql(c)}`);
  const sameInAscii = source.prepare(
    `SELECT 1 FROM ${quoteIdentifier(table)} WHERE lower(${c}) = ? AND NOT ${toNonAsciiSql(c)}`,
  );
  const seen = new Set<string>();
  const duplicates: string[] = [];
  for (const values of toBatches(beyond.pluck().iterate() as Iterable<string>)) {
    for (const [at, lowered] of (await toLowerCaseOn(client, values)).entries()) {
      if (seen.has(lowered) || sameInAscii.get(lowered)) duplicates.push(values[at] as string);
      seen.add(lowered);
    }
  }
  return duplicates;
}

/** Read to their end before anybody waits: a statement that is being stepped through keeps its connection busy. */
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
