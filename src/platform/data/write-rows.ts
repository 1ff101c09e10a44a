import { stageOf, type Load } from './load';
import type { Field, Model } from './models';
import { isNamed, keyColumn } from './staging';

/** Writes the staged rows of a model, after those it refers to. Rows that cannot be written are refused with their lines. */
export async function writeRows(load: Load, model: Model): Promise<void> {
  const refused = load.findings.total;
  for (const field of model.fields) await refuseDangling(load, model, field);
  for (const { columns, where } of uniquesOf(model)) await refuseTaken(load, model, columns, where);
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

/** The key itself, where it is no number, every unique constraint, and every unique index of rows for which `where` holds. */
function uniquesOf({ table, pk, foreign }: Model): { columns: string[]; where?: string }[] {
  const constraints = (pk ? table.uniques : [table.key]).map((columns) => ({ columns }));
  // A model that is written in a way of its own looks after its own.
  return foreign?.write ? constraints : [...constraints, ...table.uniqueIndexes];
}

async function refuseTaken(load: Load, model: Model, columns: readonly string[], where?: string): Promise<void> {
  const { label, table, pk } = model;
  const stage = stageOf(table.name);
  const names = columns.map((name) => `"${name}"`);
  const complete = names.map((name) => `${name} IS NOT NULL`).join(' AND ');
  const list = names.join(', ');
  const twice = `SELECT ${list} FROM ${stage} WHERE ${complete} ${where ? `AND (${where})` : ''}
    GROUP BY ${list} HAVING count(*) > 1`;
  const own = names.map((name) => `s.${name}`).join(', ');
  const counted = where ? `AND s.load_place IN (SELECT load_place FROM ${stage} WHERE ${where})` : '';
  const what = columns.join(', ');
  if ((await load.number(`SELECT count(*) AS n FROM (${twice} LIMIT 1) AS t`)) > 0) {
    const condition = `(${own}) IN (${twice}) ${counted}`;
    await load.refuseWhere(label, condition, `duplicate: another record has the same ${what}`);
  }
  if (!pk) return;
  const same = names.map((name) => `o.${name} = s.${name}`).join(' AND ');
  const others = where ? `(SELECT * FROM ${table.name} WHERE ${where})` : table.name;
  const there = `SELECT 1 FROM ${others} o WHERE ${same} AND o.${pk} <> s.${pk}
    AND NOT EXISTS (SELECT 1 FROM ${stage} moved WHERE moved.${pk} = o.${pk})`;
  const reason = `duplicate: another row of the database has the same ${what}`;
  await load.refuseWhere(label, `EXISTS (${there}) ${counted}`, reason);
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
    const before = load.findings.total;
    const strangers = `SELECT e.load_place FROM ${edges} e
      WHERE NOT EXISTS (SELECT 1 FROM ${model.table.name} o WHERE o.id = e.to_id)`;
    const reason = `dangling: there is no ${model.label} of a number in it`;
    await load.refuseWhere(model.label, `s.load_place IN (${strangers})`, reason, field);
    if (load.findings.total > before) continue;
    await load.run(`DELETE FROM ${table} WHERE ${from} IN (SELECT ${model.pk} FROM ${stage})`);
    await load.run(
      `INSERT INTO ${table} (${from}, ${to}) SELECT DISTINCT from_id, to_id FROM ${edges}
       WHERE from_id <> to_id ORDER BY from_id, to_id`,
    );
    await continueIds(load, { table: { name: table } });
  }
}
