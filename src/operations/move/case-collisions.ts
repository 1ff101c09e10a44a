import type { Database as Connection } from 'better-sqlite3';
import type { ClientBase } from 'pg';
import type { Problem } from './move.errors';
import type { Column, Table } from './table-pairing';
import { beyondAscii, quoted } from './column-values';

const batch = 5_000;

/**
 * SQLite's lower() knows A to Z only, PostgreSQL's knows Ä, Я and Σ: what is unique here may be the same there. PostgreSQL
 * itself is asked, about the values beyond ASCII; only they can become the same as another.
 */
export async function caselessCollisions(source: Connection, client: ClientBase, table: Table): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const column of table.caseless) {
    const twice = await collisions(source, client, table.name, column);
    if (twice.length > 0)
      problems.push({
        place: `${table.name}.${column.name}`,
        what: 'the same but for upper and lower case, in the target’s eyes',
        count: twice.length,
        examples: twice.slice(0, 3),
      });
  }
  return problems;
}

async function collisions(source: Connection, client: ClientBase, table: string, column: Column): Promise<string[]> {
  const c = quoted(column.name);
  const beyond = source.prepare(`SELECT ${c} FROM ${quoted(table)} WHERE ${beyondAscii(c)}`);
  const sameInAscii = source.prepare(`SELECT 1 FROM ${quoted(table)} WHERE lower(${c}) = ? AND NOT ${beyondAscii(c)}`);
  const seen = new Set<string>();
  const twice: string[] = [];
  for (const values of batches(beyond.pluck().iterate() as Iterable<string>)) {
    for (const [at, lowered] of (await loweredBy(client, values)).entries()) {
      if (seen.has(lowered) || sameInAscii.get(lowered)) twice.push(values[at] as string);
      seen.add(lowered);
    }
  }
  return twice;
}

/** Read to their end before anybody waits: a statement that is being stepped through keeps its connection busy. */
function batches(values: Iterable<string>): string[][] {
  const all = [...values].map((value) => value.replaceAll('\0', ''));
  return Array.from({ length: Math.ceil(all.length / batch) }, (_, at) => all.slice(at * batch, (at + 1) * batch));
}

async function loweredBy(client: ClientBase, values: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ lowered: string }>(
    'SELECT lower(value) AS lowered FROM unnest($1::text[]) WITH ORDINALITY AS given (value, place) ORDER BY place',
    [values],
  );
  return rows.map(({ lowered }) => lowered);
}
