import { int, text } from '../database/columns';
import { stageOf, type Load } from './load';
import type { Field, Model } from './models';
import { isNamed, keyColumn } from './staging';

/** Writes the staged rows of a model, after those it refers to. Rows that cannot be written are refused with their lines. */
export async function writeRows(load: Load, model: Model): Promise<void> {
  const refused = load.findings.total;
  for (const field of model.fields) await refuseDangling(load, model, field);
  for (const columns of uniquesOf(model)) await refuseTaken(load, model, columns);
  if (model.foreign?.appendOnly) await dropEqual(load, model);
  if (load.findings.total > refused) return;
  if (model.foreign?.write) await model.foreign.write(load);
  else for (const ours of [true, false]) await upsert(load, model, ours);
  if (model.pk) await continueIds(load, model);
}

async function refuseDangling(load: Load, model: Model, field: Field): Promise<void> {
  const { column, name, to } = field;
  if (!to) return;
  // What came by name was found by it.
  const byNumber = isNamed(field) ? `AND s.${keyColumn(field)} IS NULL` : '';
  const itself =
    to === model ? `AND NOT EXISTS (SELECT 1 FROM ${stageOf(to.table.name)} o WHERE o.id = s.${column.name})` : '';
  await load.refuseWhere(
    model.label,
    `s.${column.name} IS NOT NULL ${byNumber} AND NOT EXISTS (SELECT 1 FROM ${to.table.name} o WHERE o.id = s.${column.name}) ${itself}`,
    `dangling: there is no ${to.label} of this number`,
    name,
  );
}

/** The key itself, where it is no number, and every unique constraint. */
function uniquesOf({ table, pk }: Model): string[][] {
  return pk ? table.uniques : [table.key];
}

async function refuseTaken(load: Load, { label, table, pk }: Model, columns: readonly string[]): Promise<void> {
  const stage = stageOf(table.name);
  const list = columns.map((name) => `"${name}"`).join(', ');
  const complete = columns.map((name) => `"${name}" IS NOT NULL`).join(' AND ');
  const twice = await load.rows(
    { line: int },
    `SELECT max(load_line) AS line FROM ${stage} WHERE ${complete} GROUP BY ${list} HAVING count(*) > 1 ORDER BY 1 LIMIT 20`,
  );
  for (const { line } of twice)
    load.refuse({ line, model: label, reason: `duplicate: another record has the same ${columns.join(', ')}` });
  if (!pk) return;
  const same = columns.map((name) => `o."${name}" = s."${name}"`).join(' AND ');
  await load.refuseWhere(
    label,
    `EXISTS (SELECT 1 FROM ${table.name} o WHERE ${same} AND o.${pk} <> s.${pk}
       AND NOT EXISTS (SELECT 1 FROM ${stage} moved WHERE moved.${pk} = o.${pk}))`,
    `duplicate: another row of the database has the same ${columns.join(', ')}`,
  );
}

/** Rows that are there already stay; one that differs is refused. */
async function dropEqual(load: Load, { label, table, pk, foreign }: Model): Promise<void> {
  const differs = foreign?.appendOnly?.map((name) => `o."${name}" <> s."${name}"`).join(' OR ');
  await load.refuseWhere(
    label,
    `EXISTS (SELECT 1 FROM ${table.name} o WHERE o.${pk} = s.${pk} AND (${differs}))`,
    'another row of this number is there already, and rows of this table are never changed',
    'pk',
  );
  const stage = stageOf(table.name);
  const kept = await load.run(
    `DELETE FROM ${stage} WHERE EXISTS (SELECT 1 FROM ${table.name} o WHERE o.${pk} = ${stage}.${pk})`,
  );
  load.noteCount(kept, (n) => `${label}: ${n} rows were there already`);
}

async function upsert(load: Load, model: Model, ours: boolean): Promise<void> {
  const { table, foreign, fields } = model;
  const computed = foreign?.computed ?? [];
  const written = fields.filter(({ column }) => !computed.includes(column.name));
  const names = [...(model.pk ? [model.pk] : []), ...written.map(({ column }) => column.name)];
  const changed = written
    .filter((field) => ours || !field.ours || foreign?.adopted?.includes(field.column.name))
    .map(({ column }) => column.name)
    .filter((name) => !table.key.includes(name));
  const list = names.map((name) => `"${name}"`).join(', ');
  const set = changed.map((name) => `"${name}" = excluded."${name}"`).join(', ');
  const conflict = foreign?.appendOnly || changed.length === 0 ? 'NOTHING' : `UPDATE SET ${set}`;
  await load.run(
    `INSERT INTO ${table.name} (${list}) SELECT ${list} FROM ${stageOf(table.name)}
     WHERE ${ours ? '' : 'NOT '}load_ours ORDER BY ${table.key.join(', ')}
     ON CONFLICT (${table.key.join(', ')}) DO ${conflict}`,
  );
}

/** Ids given later must be above those that were loaded. */
export async function continueIds(load: Load, { table }: { table: { name: string } }): Promise<void> {
  const statement = load.database.dialect.bulk.continueIds(table.name);
  if (!statement) return;
  const found = await load.number(`SELECT count(*) AS n FROM ${table.name}`);
  if (found > 0) await load.run(statement);
}

/** Lists of ids, last: the set a record brings replaces the one that is there. */
export async function writeEdges(load: Load, model: Model): Promise<void> {
  for (const { table, from, to, field } of model.manyToMany) {
    const [edges, stage] = [stageOf(table), stageOf(model.table.name)];
    const dangling = await load.rows(
      { line: int, to: text },
      `SELECT s.load_line AS line, CAST(s.to_id AS text) AS "to" FROM ${edges} s
       WHERE NOT EXISTS (SELECT 1 FROM ${model.table.name} o WHERE o.id = s.to_id) ORDER BY s.load_place LIMIT 20`,
    );
    for (const { line, to: id } of dangling)
      load.refuse({ line, model: model.label, field, reason: `dangling: there is no ${model.label} ${id}` });
    if (dangling.length > 0) continue;
    await load.run(`DELETE FROM ${table} WHERE ${from} IN (SELECT ${model.pk} FROM ${stage})`);
    await load.run(
      `INSERT INTO ${table} (${from}, ${to}) SELECT DISTINCT from_id, to_id FROM ${edges}
       WHERE from_id <> to_id ORDER BY from_id, to_id`,
    );
    await continueIds(load, { table: { name: table } });
  }
}
