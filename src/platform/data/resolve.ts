import { int, text } from '../database/columns';
import { stageOf, type Load } from './load';
import type { Field, Model } from './models';
import { isNamed, keyColumn } from './staging';

/** Gives every staged row its number, and every reference that came by name the number it means. */
export async function resolve(load: Load, contentTypes: ReadonlyMap<string, string>): Promise<void> {
  const present = load.models.filter(({ label }) => load.has(label));
  for (const model of present) await index(load, model);
  for (const model of present) await refuseTwins(load, model);
  load.findings.settle();
  for (const model of present) await number(load, model);
  for (const model of present) {
    for (const field of model.fields.filter(isNamed)) await name(load, model, field);
    await relatedObjects(load, model, contentTypes);
  }
  for (const model of present) for (const { table } of model.manyToMany) await edgeOwners(load, model, table);
}

/** One record twice in the files. */
async function refuseTwins(load: Load, { label, table, pk, naturalKey }: Model): Promise<void> {
  for (const column of [pk, naturalKey]) {
    if (!column) continue;
    const found = await load.rows(
      { line: int, value: text },
      `SELECT max(load_line) AS line, CAST("${column}" AS text) AS value FROM ${stageOf(table.name)}
       WHERE "${column}" IS NOT NULL GROUP BY "${column}" HAVING count(*) > 1 ORDER BY 1 LIMIT 20`,
    );
    for (const { line, value } of found)
      load.refuse({
        line,
        model: label,
        field: column === pk ? 'pk' : column,
        reason: `duplicate: ${value} is there twice`,
      });
  }
}

async function number(load: Load, { table, pk, naturalKey }: Model): Promise<void> {
  if (!pk) return;
  const stage = stageOf(table.name);
  const missing = await load.number(`SELECT count(*) AS n FROM ${stage} WHERE ${pk} IS NULL`);
  if (missing === 0) return;
  if (naturalKey)
    await load.run(
      `UPDATE ${stage} SET ${pk} = (SELECT t.${pk} FROM ${table.name} t WHERE t.${naturalKey} = ${stage}.${naturalKey}
         AND NOT EXISTS (SELECT 1 FROM ${stage} m WHERE m.${pk} = t.${pk}))
       WHERE ${pk} IS NULL`,
    );
  const largest = await load.number(
    `SELECT COALESCE(max(n), 0) AS n FROM (SELECT max(${pk}) AS n FROM ${table.name}
     UNION ALL SELECT max(${pk}) FROM ${stage}) AS both_tables`,
  );
  await load.run(
    `UPDATE ${stage} SET ${pk} = v.id
     FROM (SELECT load_place AS place, ${largest} + row_number() OVER (ORDER BY load_place) AS id
       FROM ${stage} WHERE ${pk} IS NULL) AS v
     WHERE v.place = ${stage}.load_place`,
  );
}

async function index(load: Load, { table, pk, naturalKey }: Model): Promise<void> {
  for (const column of [pk, naturalKey])
    if (column) await load.run(`CREATE INDEX ${stageOf(table.name)}_${column} ON ${stageOf(table.name)} (${column})`);
}

/** A row `k` of the database to which the file gives another name is not who is meant by the one it had. */
const keepsItsName = ({ table }: Model): string =>
  `NOT EXISTS (SELECT 1 FROM ${stageOf(table.name)} m WHERE m.id = k.id)`;

async function name(load: Load, model: Model, field: Field): Promise<void> {
  const [stage, column, key, to] = [stageOf(model.table.name), field.column.name, keyColumn(field), field.to as Model];
  await load.run(
    `UPDATE ${stage} SET ${column} = COALESCE(
       (SELECT k.id FROM ${stageOf(to.table.name)} k WHERE k.${to.naturalKey} = ${stage}.${key}),
       (SELECT k.id FROM ${to.table.name} k WHERE k.${to.naturalKey} = ${stage}.${key} AND ${keepsItsName(to)}))
     WHERE ${key} IS NOT NULL`,
  );
  const reason = `dangling: there is no ${to.label} of this name`;
  await load.refuseWhere(model.label, `s.${key} IS NOT NULL AND s.${column} IS NULL`, reason, field.name);
}

/** Kinds that came by number, objects that came by name, and objects whose number a file without numbers has lost. */
async function relatedObjects(load: Load, model: Model, contentTypes: ReadonlyMap<string, string>): Promise<void> {
  const related = model.foreign?.relatedObject;
  if (!related) return;
  const stage = stageOf(model.table.name);
  const numbers = await load.rows(
    { kind: text },
    `SELECT DISTINCT ${related.type} AS kind FROM ${stage} WHERE ${related.type} LIKE '#%'`,
  );
  for (const { kind } of numbers) {
    const known = contentTypes.get(kind.slice(1)) ?? load.map.toOurs('contenttypes', kind.slice(1));
    if (known) await load.run(`UPDATE ${stage} SET ${related.type} = $1 WHERE ${related.type} = $2`, [known, kind]);
  }
  const unknown = `s.${related.type} LIKE '#%'`;
  const reason = 'dangling: no content type of this number is in the file, nor in the map under "contenttypes"';
  await load.refuseWhere(model.label, unknown, reason, related.type);
  for (const to of load.models.filter(({ naturalKey }) => naturalKey)) await renumbered(load, model, related, to);
}

async function renumbered(load: Load, model: Model, related: { type: string; id: string }, to: Model): Promise<void> {
  const { type, id } = related;
  const stage = stageOf(model.table.name);
  await load.run(
    `UPDATE ${stage} SET ${id} = COALESCE(
       (SELECT k.id FROM ${stageOf(to.table.name)} k WHERE k.${to.naturalKey} = ${stage}.${id}__key),
       (SELECT k.id FROM ${to.table.name} k WHERE k.${to.naturalKey} = ${stage}.${id}__key AND ${keepsItsName(to)}))
     WHERE ${id}__key IS NOT NULL AND ${type} = $1`,
    [to.label],
  );
  const named = `s.${type} = '${to.label}' AND s.${id}__key IS NOT NULL AND s.${id} IS NULL`;
  await load.refuseWhere(model.label, named, `dangling: there is no ${to.label} of this name`, id);
  if (!load.unnumbered.has(to.label)) return;
  const lost = await load.run(
    `UPDATE ${stage} SET ${type} = NULL, ${id} = NULL WHERE ${type} = $1 AND ${id}__key IS NULL AND ${id} IS NOT NULL`,
    [to.label],
  );
  load.noteCount(
    lost,
    (n) => `${model.label}: ${n} objects of ${to.label} lost, since the file gives no numbers of those`,
  );
}

async function edgeOwners(load: Load, model: Model, table: string): Promise<void> {
  const [edges, stage] = [stageOf(table), stageOf(model.table.name)];
  await load.run(`CREATE INDEX ${stage}_place ON ${stage} (load_place)`);
  await load.run(
    `UPDATE ${edges} SET from_id = (SELECT s.${model.pk} FROM ${stage} s WHERE s.load_place = ${edges}.load_place)`,
  );
}
