import type { Database as Connection } from 'better-sqlite3';
import { LineDigest, type TableDigest } from '../table-digest';
import type { Progress } from '../progress';
import type { Column, Table } from '../table-pairing';
import { canonicalWriters, nullField, quoteIdentifier, toSqliteExpression } from '../column-values';

/** The number of characters after which a batch is complete. */
const batchCharacters = 65_536;

interface Lines {
  /** The lines that the digest is computed from. */
  canonical: string;
  /** The lines for COPY. They differ only in floats, which COPY reads as decimals. */
  copied: string;
  rows: number;
}

/** Reads the rows of a table in the order of its key, in batches of lines in the text format of COPY. */
export function* readLines(file: Connection, { name, columns, key }: Table): Generator<Lines> {
  const columnsSql = columns.map(toSqliteExpression).join(', ');
  const orderSql = key.map((column) => quoteIdentifier(column.name)).join(', ');
  const select = file.prepare(`SELECT ${columnsSql} FROM ${quoteIdentifier(name)} ORDER BY ${orderSql}`);
  const hasFloats = columns.some(({ kind }) => kind === 'float');
  const toCanonicalLine = toLineWriter(columns, false);
  const toCopiedLine = toLineWriter(columns, true);
  let lines: Lines = { canonical: '', copied: '', rows: 0 };
  for (const row of select.raw().iterate() as Iterable<unknown[]>) {
    lines.canonical += toCanonicalLine(row);
    // Without floats both lines are equal, so only one is written.
    if (hasFloats) lines.copied += toCopiedLine(row);
    lines.rows++;
    if (lines.canonical.length < batchCharacters) continue;
    yield hasFloats ? lines : { ...lines, copied: lines.canonical };
    lines = { canonical: '', copied: '', rows: 0 };
  }
  if (lines.rows > 0) yield hasFloats ? lines : { ...lines, copied: lines.canonical };
}

type WriteValue = (value: unknown) => string;

/** Returns a function that writes a row as a line. @param hasDecimals whether floats are written as decimals */
function toLineWriter(columns: readonly Column[], hasDecimals: boolean): (row: readonly unknown[]) => string {
  const writers = columns.map(({ kind }): WriteValue => {
    if (kind === 'float' && hasDecimals) return String;
    return canonicalWriters[kind];
  });
  return (row) => {
    let line = '';
    for (let index = 0; index < writers.length; index++) {
      const value = row[index];
      const writeValue = writers[index] as WriteValue;
      if (index > 0) line += '\t';
      line += value === null ? nullField : writeValue(value);
    }
    return `${line}\n`;
  };
}

export function computeDigest(file: Connection, table: Table, progress: Progress): TableDigest {
  const digest = new LineDigest();
  for (const lines of readLines(file, table)) {
    digest.add(lines.canonical, lines.rows);
    progress.rows(lines.rows);
  }
  return digest.end();
}
