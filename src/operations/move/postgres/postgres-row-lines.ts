import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { LineDigest, type TableDigest } from '../table-digest';
import type { Progress } from '../progress';
import type { Table } from '../table-pairing';
import { toPostgresExpression, toPostgresOrder, quoteIdentifier } from '../column-values';

const lineFeed = '\n'.charCodeAt(0);

/** Reads the rows of a table in the order of its key with COPY. `onLines` gets only whole lines. @returns the digest of all lines */
export async function copyLines(
  client: ClientBase,
  { name, columns, key }: Table,
  progress: Progress,
  onLines: (lines: Buffer) => void = () => undefined,
): Promise<TableDigest> {
  const columnsSql = columns.map(toPostgresExpression).join(', ');
  const orderSql = key.map(toPostgresOrder).join(', ');
  const copySql = `COPY (SELECT ${columnsSql} FROM ${quoteIdentifier(name)} ORDER BY ${orderSql}) TO STDOUT`;
  const chunks: AsyncIterable<Buffer> = client.query(copyTo(copySql));
  const digest = new LineDigest();
  let incompleteLine: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const unreadBytes = incompleteLine.length > 0 ? Buffer.concat([incompleteLine, chunk]) : chunk;
    const end = unreadBytes.lastIndexOf(lineFeed) + 1;
    const lines = unreadBytes.subarray(0, end);
    incompleteLine = unreadBytes.subarray(end);
    const rows = countLineFeeds(lines);
    digest.add(lines, rows);
    if (rows > 0) onLines(lines);
    progress.rows(rows);
  }
  return digest.end();
}

function countLineFeeds(lines: Buffer): number {
  let count = 0;
  for (let index = lines.indexOf(lineFeed); index !== -1; index = lines.indexOf(lineFeed, index + 1)) count++;
  return count;
}

/** Runs a query that returns one value, and returns the value as text. */
export async function queryText(client: ClientBase, sql: string): Promise<string> {
  const { rows } = await client.query<Record<string, unknown>>(sql);
  const [value] = Object.values(rows[0] ?? {});
  return String(value);
}
