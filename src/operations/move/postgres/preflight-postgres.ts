import type { ClientBase } from 'pg';
import type { Problem } from '../move.errors';
import type { Column, Table } from '../table-pairing';
import { quoteLiteral, quoteIdentifier } from '../column-values';

interface ValueCheck {
  reason: string;
  /** The condition for values that have the problem. */
  conditionSql: string;
}

/** Returns the check for values that PostgreSQL can store, but SQLite or this program cannot; null if all values can be moved. */
function toValueCheck({ name, kind }: Column): ValueCheck | null {
  const column = quoteIdentifier(name);
  if (kind === 'float') return { reason: 'NaN, which SQLite cannot store', conditionSql: `${column} = 'NaN'` };
  if (kind !== 'instant' && kind !== 'date') return null;
  return {
    reason: 'outside the years 1 to 9999',
    conditionSql: `${column} IN ('infinity', '-infinity') OR ${column} < '0001-01-01' OR ${column} >= '10000-01-01'`,
  };
}

/** The expression for the name of a row in messages, such as `id 12`. */
function toLabelSql(key: readonly Column[]): string {
  const columns = key.map(({ name }) => `${quoteLiteral(`${name} `)} || ${quoteIdentifier(name)}::text`);
  return columns.length > 0 ? columns.join(` || ', ' || `) : "''";
}

/** Finds the problems of a table. The table is read once for each checked column, reference and unique text. */
export async function findProblems(client: ClientBase, table: Table): Promise<Problem[]> {
  return [
    ...(await findValueProblems(client, table)),
    ...(await findOrphans(client, table)),
    ...(await findCaseCollisions(client, table)),
  ];
}

async function findValueProblems(client: ClientBase, { name, columns, key }: Table): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const column of columns) {
    const check = toValueCheck(column);
    if (!check) continue;
    const rowsSql = `${quoteIdentifier(name)} WHERE ${check.conditionSql}`;
    const place = `${name}.${column.name}`;
    problems.push(...(await findProblemRows(client, place, check.reason, rowsSql, toLabelSql(key))));
  }
  return problems;
}

async function findOrphans(client: ClientBase, { name, key, foreignKeys }: Table): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { columns, parent, parentColumns } of foreignKeys) {
    const conditions = columns.map((column) => `child.${quoteIdentifier(column)} IS NOT NULL`);
    const equalities = columns.map((column, index) => {
      const parentColumn = parentColumns[index] as string;
      return `parent.${quoteIdentifier(parentColumn)} = child.${quoteIdentifier(column)}`;
    });
    const parentSql = `SELECT FROM ${quoteIdentifier(parent)} AS parent WHERE ${equalities.join(' AND ')}`;
    const orphansSql = `${quoteIdentifier(name)} AS child WHERE ${conditions.join(' AND ')} AND NOT EXISTS (${parentSql})`;
    const place = `${name}.${columns.join(', ')}`;
    const reason = `refers to missing rows of ${parent}`;
    problems.push(...(await findProblemRows(client, place, reason, orphansSql, toLabelSql(key))));
  }
  return problems;
}

/**
 * Finds values that are unique in PostgreSQL but not in SQLite. The lower() of SQLite folds only A to Z, while that of a server
 * depends on its locale. A Turkish server, for example, folds I to another letter.
 */
async function findCaseCollisions(client: ClientBase, { name, caseless }: Table): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const column of caseless) {
    const loweredSql = `lower(${quoteIdentifier(column.name)} COLLATE "C")`;
    const duplicatesSql = `(SELECT ${loweredSql} AS lowered FROM ${quoteIdentifier(name)} GROUP BY 1 HAVING count(*) > 1) AS twice`;
    const place = `${name}.${column.name}`;
    const reason = 'equal except for upper and lower case';
    problems.push(...(await findProblemRows(client, place, reason, duplicatesSql, 'lowered')));
  }
  return problems;
}

/** Counts the rows of `rowsSql`, which stands after FROM, and reads three of them as examples. Returns nothing if there are none. */
async function findProblemRows(
  client: ClientBase,
  place: string,
  reason: string,
  rowsSql: string,
  labelSql: string,
): Promise<Problem[]> {
  const { rows } = await client.query<{ count: string; examples: string[] | null }>(
    `SELECT (SELECT count(*) FROM ${rowsSql}) AS count,
       (SELECT json_agg(label) FROM (SELECT ${labelSql} AS label FROM ${rowsSql} LIMIT 3) AS few) AS examples`,
  );
  const count = Number(rows[0]?.count);
  return count === 0 ? [] : [{ place, reason, count, examples: rows[0]?.examples ?? [] }];
}
