import type { ClientBase } from 'pg';
import type { Problem } from '../move.errors';
import type { Column, Table } from '../table-pairing';
import { quoteLiteral, quoteIdentifier } from '../column-values';

/** A condition for values that PostgreSQL stores, but SQLite or the program that reads the file does not. */
function toValueCheck({ name, kind }: Column): [what: string, condition: string] | null {
  const c = quoteIdentifier(name);
  if (kind === 'float') return ['NaN, which SQLite cannot store', `${c} = 'NaN'`];
  const isOutOfRangeSql = `${c} IN ('infinity', '-infinity') OR ${c} < '0001-01-01' OR ${c} >= '10000-01-01'`;
  if (kind === 'instant') return ['outside the years 1 to 9999', isOutOfRangeSql];
  if (kind === 'date') return ['outside the years 1 to 9999', isOutOfRangeSql];
  return null;
}

const toLabelSql = (key: readonly Column[]): string =>
  key.map(({ name }) => `${quoteLiteral(`${name} `)} || ${quoteIdentifier(name)}::text`).join(` || ', ' || `) || "''";

/** Reads the table once for each checked column, reference and unique text. */
export async function findProblems(client: ClientBase, table: Table): Promise<Problem[]> {
  return [
    ...(await findValueProblems(client, table)),
    ...(await findOrphans(client, table)),
    ...(await findCaseCollisions(client, table)),
  ];
}

async function findValueProblems(client: ClientBase, { name, columns, key }: Table): Promise<Problem[]> {
  const found: Problem[] = [];
  for (const column of columns) {
    const check = toValueCheck(column);
    if (check)
      found.push(
        ...(await countProblem(
          client,
          `${name}.${column.name}`,
          check[0],
          `${quoteIdentifier(name)} WHERE ${check[1]}`,
          toLabelSql(key),
        )),
      );
  }
  return found;
}

async function findOrphans(client: ClientBase, { name, key, foreignKeys }: Table): Promise<Problem[]> {
  const found: Problem[] = [];
  for (const { columns, parent, parentColumns } of foreignKeys) {
    const present = columns.map((column) => `child.${quoteIdentifier(column)} IS NOT NULL`).join(' AND ');
    const same = columns
      .map((column, at) => `parent.${quoteIdentifier(parentColumns[at] as string)} = child.${quoteIdentifier(column)}`)
      .join(' AND ');
    const orphans = `${quoteIdentifier(name)} AS child WHERE ${present} AND NOT EXISTS (SELECT FROM ${quoteIdentifier(parent)} AS parent WHERE ${same})`;
    const what = `refers to missing rows of ${parent}`;
    found.push(...(await countProblem(client, `${name}.${columns.join(', ')}`, what, orphans, toLabelSql(key))));
  }
  return found;
}

/** Values may collide in SQLite only, because its lower() folds A to Z only, while for example a Turkish server folds I differently. */
async function findCaseCollisions(client: ClientBase, { name, caseless }: Table): Promise<Problem[]> {
  const found: Problem[] = [];
  for (const column of caseless) {
    const lower = `lower(${quoteIdentifier(column.name)} COLLATE "C")`;
    const duplicatesSql = `(SELECT ${lower} AS lowered FROM ${quoteIdentifier(name)} GROUP BY 1 HAVING count(*) > 1) AS twice`;
    found.push(
      ...(await countProblem(
        client,
        `${name}.${column.name}`,
        'equal except for upper and lower case',
        duplicatesSql,
        'lowered',
      )),
    );
  }
  return found;
}

async function countProblem(
  client: ClientBase,
  place: string,
  what: string,
  from: string,
  label: string,
): Promise<Problem[]> {
  const { rows } = await client.query<{ count: string; examples: string[] | null }>(
    `SELECT (SELECT count(*) FROM ${from}) AS count,
       (SELECT json_agg(label) FROM (SELECT ${label} AS label FROM ${from} LIMIT 3) AS few) AS examples`,
  );
  const count = Number(rows[0]?.count);
  return count === 0 ? [] : [{ place, what, count, examples: rows[0]?.examples ?? [] }];
}
