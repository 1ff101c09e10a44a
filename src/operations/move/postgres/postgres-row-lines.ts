import type { ClientBase } from 'pg';
import { to } from 'pg-copy-streams';
import { LineDigest, type TableDigest } from '../table-digest';
import type { Progress } from '../progress';
import type { Table } from '../table-pairing';
import { toPostgresExpression, toPostgresOrder, quoteIdentifier } from '../column-values';

const lineFeed = 10;

/** Reads the rows of a table in the order of its key with COPY. `onLines` gets whole lines. @returns the digest of all lines */
export async function copyLines(
  client: ClientBase,
  { name, columns, key }: Table,
  progress: Progress,
  onLines: (lines: Buffer) => void = () => undefined,
): Promise<TableDigest> {
  const select = `SELECT ${columns.map(toPostgresExpression).join(', ')} FROM ${quoteIdentifier(name)} ORDER BY ${key.map(toPostgresOrder).join(', ')}`;
  const digest = new LineDigest();
  let incompleteLine: Buffer = Buffer.alloc(0);
  for await (const chunk of client.query(to(`COPY (${select}) TO STDOUT`)) as AsyncIterable<Buffer>) {
    const part = incompleteLine.length > 0 ? Buffer.concat([incompleteLine, chunk]) : chunk;
    const end = part.lastIndexOf(lineFeed) + 1;
    const lines = part.subarray(0, end);
    incompleteLine = part.subarray(end);
    const rows = countLineFeeds(lines);
    digest.add(lines, rows);
    if (rows > 0) onLines(lines);
    progress.rows(rows);
  }
  return digest.end();
}

function countLineFeeds(lines: Buffer): number {
  let count = 0;
  for (let at = lines.indexOf(lineFeed); at !== -1; at = lines.indexOf(lineFeed, at + 1)) count++;
  return count;
}
