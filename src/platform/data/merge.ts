import { text } from '../database/columns';
import { stageOf, type Load } from './load';
import type { Field, Model } from './models';
import { isNamed, keyColumn } from './staging';

/*
 * Into a school that lives: a number of a file means nothing there. Each record is looked up by what makes it this one and no
 * other; what is there stays as it is, the others have the next numbers, and references within the file follow.
 */

/** A reference by number means a record of the files, never a row that happens to have this number. */
export async function translateReferences(load: Load, model: Model): Promise<void> {
  for (const field of model.fields) if (field.to && field.to !== model) await translate(load, model, field, field.to);
}

export async function translateOwnReferences(load: Load, model: Model): Promise<void> {
  for (const field of model.fields) if (field.to === model) await translate(load, model, field, model);
}

async function translate(load: Load, model: Model, field: Field, to: Model): Promise<void> {
  const [stage, column] = [stageOf(model.table.name), field.column.name];
  const byNumber = isNamed(field) ? `AND s.${keyColumn(field)} IS NULL` : '';
  const meant = `FROM ${stageOf(to.table.name)} k WHERE k.load_pk =`;
  await load.refuseWhere(
    model.label,
    `s.${column} IS NOT NULL ${byNumber} AND NOT EXISTS (SELECT 1 ${meant} s.${column})`,
    `dangling: the files hold no ${to.label} of this number, and --merge takes no row of the database by its number`,
    field.name,
  );
  await load.run(
    `UPDATE ${stage} AS s SET ${column} = (SELECT k.${to.pk} ${meant} s.${column})
     WHERE ${column} IS NOT NULL ${byNumber}`,
  );
}

/** Objects of any kind: those that are not in the files are lost. */
export async function translateRelatedObjects(
  load: Load,
  model: Model,
  { type, id }: { type: string; id: string },
): Promise<void> {
  const stage = stageOf(model.table.name);
  const kinds = await load.rows(
    { kind: text },
    `SELECT DISTINCT ${type} AS kind FROM ${stage} WHERE ${id} IS NOT NULL`,
  );
  for (const { kind } of kinds) {
    const to = load.models.find(({ label, pk }) => label === kind && pk);
    const meant = to ? `(SELECT k.${to.pk} FROM ${stageOf(to.table.name)} k WHERE k.load_pk = s.${id})` : 'NULL';
    await load.run(`UPDATE ${stage} AS s SET ${id} = ${meant} WHERE ${type} = $1 AND s.${id}__key IS NULL`, [kind]);
  }
  const lost = await load.run(
    `UPDATE ${stage} SET ${type} = NULL WHERE ${type} IS NOT NULL AND ${id} IS NULL AND ${id}__key IS NULL`,
  );
  load.noteCount(lost, (n) => `${model.label}: ${n} related objects are not in the files, and were let go`);
}

/** The columns in which a record and a row are equal when they are the same. */
function identityOf(load: Load, { label, table, pk, foreign, fields }: Model): readonly string[] {
  const usual = foreign?.identity ?? (pk ? table.uniques[0] : table.key);
  const all = fields.filter(({ column }) => column.kind !== 'json').map(({ column }) => column.name);
  return load.merge?.get(label) ?? usual ?? all;
}

/** Gives the number of the row to each record that is there; the n-th of several equal ones is the n-th of them. */
export async function matchRows(load: Load, model: Model): Promise<void> {
  const { table, pk, fields } = model;
  if (!pk) return;
  const stage = stageOf(table.name);
  const columns = identityOf(load, model);
  const nullable = new Set(fields.filter(({ column }) => column.nullable).map(({ column }) => column.name));
  const equal = columns.map((name) => `s."${name}" ${nullable.has(name) ? 'IS NOT DISTINCT FROM' : '='} t."${name}"`);
  const list = columns.map((name) => `"${name}"`).join(', ');
  const ranked = (from: string, by: string): string =>
    `(SELECT ${by}, ${list}, row_number() OVER (PARTITION BY ${list} ORDER BY ${by}) AS nth FROM ${from})`;
  await load.run(`UPDATE ${stage} SET ${pk} = NULL`);
  await load.run(
    `UPDATE ${stage} SET ${pk} = v.number FROM (
       SELECT s.load_place AS place, t.${pk} AS number FROM ${ranked(stage, 'load_place')} AS s
       JOIN ${ranked(table.name, pk)} AS t ON ${equal.join(' AND ')} AND s.nth = t.nth) AS v
     WHERE v.place = ${stage}.load_place`,
  );
}

/** What is there stays as it is. @returns how many records of each model were there */
export async function dropWhatIsThere(load: Load): Promise<Record<string, number>> {
  const kept: Record<string, number> = {};
  for (const { label, table, manyToMany } of load.models) {
    if (!load.has(label)) continue;
    const stage = stageOf(table.name);
    const same = table.key.map((name) => `t."${name}" = ${stage}."${name}"`).join(' AND ');
    const there = `EXISTS (SELECT 1 FROM ${table.name} t WHERE ${same})`;
    for (const { table: edges } of manyToMany)
      await load.run(`DELETE FROM ${stageOf(edges)} WHERE from_id IN (SELECT id FROM ${stage} WHERE ${there})`);
    const count = await load.run(`DELETE FROM ${stage} WHERE ${there}`);
    load.counts.set(label, (load.counts.get(label) ?? 0) - count);
    if (count > 0) kept[label] = count;
  }
  return kept;
}

/** Edges of a list of ids, of which both ends came by the numbers of the file. */
export async function translateEdges(load: Load, model: Model, table: string, field: string): Promise<void> {
  const meant = `FROM ${stageOf(model.table.name)} k WHERE k.load_pk =`;
  const edges = stageOf(table);
  await load.refuseWhere(
    model.label,
    `s.load_place IN (SELECT e.load_place FROM ${edges} e WHERE NOT EXISTS (SELECT 1 ${meant} e.to_id))`,
    `dangling: the files hold no ${model.label} of a number in it`,
    field,
  );
  await load.run(`UPDATE ${edges} AS e SET to_id = (SELECT k.${model.pk} ${meant} e.to_id)`);
}
