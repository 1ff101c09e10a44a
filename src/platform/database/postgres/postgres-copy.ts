import type { PoolClient } from 'pg';
import { createCopy } from '../../internals/pg-copy';
import { runQuery } from '../../internals/pg-query';
import type { BulkColumn, Cell } from '../bulk';
import { statementLog } from '../statements/statement-log';
import { startTimer, type Observer } from '../statements/statement-observers';

/** Inserts rows with COPY, which takes the server about a quarter of the time of an INSERT of the same rows as JSON. */
export async function copyRows(
  client: PoolClient,
  table: string,
  columns: readonly BulkColumn[],
  rows: readonly (readonly Cell[])[],
  observe: Observer,
): Promise<void> {
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const sql = `COPY ${table} (${names}) FROM STDIN`;
  const stopTimer = startTimer(observe, sql);
  statementLog.addRoundTrip();
  try {
    const { rowCount } = await runQuery(client, createCopy(sql, Buffer.from(toCopyText(rows))));
    stopTimer(rowCount ?? 0);
  } catch (error) {
    stopTimer(0, error);
    throw error;
  }
}

const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text format of COPY: one line for each row, with tabs between its values. */
function toCopyText(rows: readonly (readonly Cell[])[]): string {
  let text = '';
  for (const row of rows) {
    for (let index = 0; index < row.length; index++) {
      if (index > 0) text += '\t';
      text += toCopyValue(row[index] as Cell);
    }
    text += '\n';
  }
  return text;
}

function toCopyValue(value: Cell): string {
  if (value === null) return '\\N';
  if (typeof value !== 'string') return String(value);
  return /[\\\n\r\t]/.test(value)
    ? value.replaceAll(/[\\\n\r\t]/g, (character) => escapes[character] as string)
    : value;
}
