import type { ClientBase } from 'pg';
import type { Problem } from './move.errors';
import type { Column, Table } from './table-pairing';
import { literal, quoted } from './column-values';

/** What PostgreSQL keeps and an SQLite file, or what reads it, does not. */
function unkept({ name, kind }: Column): [what: string, condition: string] | null {
  const c = quoted(name);
  if (kind === 'float') return ['not a number that SQLite keeps', `${c} = 'NaN'`];
  const unheard = `${c} IN ('infinity', '-infinity') OR ${c} < '0001-01-01' OR ${c} >= '10000-01-01'`;
  if (kind === 'instant') return ['outside the years 1 to 9999', unheard];
  if (kind === 'date') return ['outside the years 1 to 9999', unheard];
  return null;
}

const labelOf = (key: readonly Column[]): string =>
  key.map(({ name }) => `${literal(`${name} `)} || ${quoted(name)}::text`).join(` || ', ' || `) || "''";

/** One pass over the table for its values, and one for each of its references and unique texts. */
export async function problemsOf(client: ClientBase, table: Table): Promise<Problem[]> {
  return [
    ...(await valueProblems(client, table)),
    ...(await orphanProblems(client, table)),
    ...(await collisions(client, table)),
  ];
}

async function valueProblems(client: ClientBase, { name, columns, key }: Table): Promise<Problem[]> {
  const found: Problem[] = [];
  for (const column of columns) {
    const check = unkept(column);
    if (check)
      found.push(
        ...(await counted(
          client,
          `${name}.${column.name}`,
          check[0],
          `${quoted(name)} WHERE ${check[1]}`,
          labelOf(key),
        )),
      );
  }
  return found;
}

async function orphanProblems(client: ClientBase, { name, key, foreignKeys }: Table): Promise<Problem[]> {
  const found: Problem[] = [];
  for (const { columns, parent, parentColumns } of foreignKeys) {
    const present = columns.map((column) => `child.${quoted(column)} IS NOT NULL`).join(' AND ');
    const same = columns
      .map((column, at) => `parent.${quoted(parentColumns[at] as string)} = child.${quoted(column)}`)
      .join(' AND ');
    const orphans = `${quoted(name)} AS child WHERE ${present} AND NOT EXISTS (SELECT FROM ${quoted(parent)} AS parent WHERE ${same})`;
    const what = `refers to rows of ${parent} that are not there`;
    found.push(...(await counted(client, `${name}.${columns.join(', ')}`, what, orphans, labelOf(key))));
  }
  return found;
}

/** SQLite's lower() knows A to Z only; a Turkish server's, for one, tells apart what is the same there. */
async function collisions(client: ClientBase, { name, caseless }: Table): Promise<Problem[]> {
  const found: Problem[] = [];
  for (const column of caseless) {
    const lower = `lower(${quoted(column.name)} COLLATE "C")`;
    const twice = `(SELECT ${lower} AS lowered FROM ${quoted(name)} GROUP BY 1 HAVING count(*) > 1) AS twice`;
    found.push(
      ...(await counted(client, `${name}.${column.name}`, 'the same but for upper and lower case', twice, 'lowered')),
    );
  }
  return found;
}

async function counted(
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
