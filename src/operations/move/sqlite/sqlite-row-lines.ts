import type { Database as Connection } from 'better-sqlite3';
import { LineDigest, type TableDigest } from '../table-digest';
import type { Progress } from '../progress';
import type { Column, Table } from '../table-pairing';
import { canonicalWriters, nullField, quoteIdentifier, toSqliteExpression } from '../column-values';

const batchCharacters = 1 << 16;

interface Lines {
  /** The lines that the digest is computed from. */
  canonical: string;
  /** The lines for COPY. They differ only in floats, which COPY reads as decimals. */
  copied: string;
  rows: number;
}

/** Reads the rows of a table in the order of its key, in batches of lines in the text format of COPY. */
export function* readLines(file: Connection, { name, columns, key }: Table): Generator<Lines> {
  const order = key.map((column) => quoteIdentifier(column.name)).join(', ');
  const select = `SELECT ${columns.map(toSqliteExpression).join(', ')} FROM ${quoteIdentifier(name)} ORDER BY ${order}`;
  const hasFloats = columns.some(({ kind }) => kind === 'float');
  const [write, copy] = [toLineWriter(columns, false), toLineWriter(columns, true)];
  let lines: Lines = { canonical: '', copied: '', rows: 0 };
  for (const row of file.prepare(select).raw().iterate() as Iterable<unknown[]>) {
    lines.canonical += write(row);
    if (hasFloats) lines.copied += copy(row);
    lines.rows++;
    if (lines.canonical.length < batchCharacters) continue;
    yield hasFloats ? lines : { ...lines, copied: lines.canonical };
    lines = { canonical: '', copied: '', rows: 0 };
  }
  if (lines.rows > 0) yield hasFloats ? lines : { ...lines, copied: lines.canonical };
}

function toLineWriter(columns: readonly Column[], hasDecimals: boolean): (row: readonly unknown[]) => string {
  const writes = columns.map(({ kind }) => (kind === 'float' && hasDecimals ? String : canonicalWriters[kind]));
  return (row) => {
    let line = '';
    for (let at = 0; at < writes.length; at++) {
      const value = row[at];
      if (at > 0) line += '\t';
      line += value === null ? nullField : (writes[at] as (value: unknown) => string)(value);
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
