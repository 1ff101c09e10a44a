import type { Database as Connection } from 'better-sqlite3';
import { LineDigest, type TableDigest } from './table-digest';
import type { Progress } from './progress';
import type { Column, Table } from './table-pairing';
import { canonical, nothing, quoted, sqliteExpression } from './column-values';

const batchCharacters = 1 << 16;

interface Lines {
  /** What the digest is made of. */
  canonical: string;
  /** What COPY reads: the same but for floats, which it wants in decimals. */
  copied: string;
  rows: number;
}

/** A table's rows in the order of its key, as lines of COPY's text format, many at a time. */
export function* linesOf(file: Connection, { name, columns, key }: Table): Generator<Lines> {
  const order = key.map((column) => quoted(column.name)).join(', ');
  const select = `SELECT ${columns.map(sqliteExpression).join(', ')} FROM ${quoted(name)} ORDER BY ${order}`;
  const hasFloats = columns.some(({ kind }) => kind === 'float');
  const [write, copy] = [writer(columns, false), writer(columns, true)];
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

function writer(columns: readonly Column[], decimals: boolean): (row: readonly unknown[]) => string {
  const writes = columns.map(({ kind }) => (kind === 'float' && decimals ? String : canonical[kind]));
  return (row) => {
    let line = '';
    for (let at = 0; at < writes.length; at++) {
      const value = row[at];
      if (at > 0) line += '\t';
      line += value === null ? nothing : (writes[at] as (value: unknown) => string)(value);
    }
    return `${line}\n`;
  };
}

export function digestOf(file: Connection, table: Table, progress: Progress): TableDigest {
  const digest = new LineDigest();
  for (const lines of linesOf(file, table)) {
    digest.add(lines.canonical, lines.rows);
    progress.rows(lines.rows);
  }
  return digest.end();
}
