import { text } from '../database/columns';
import type { ManyToMany } from './data-rules';
import { stageOf, type Load } from './load';
import {
  matchRows,
  translateEdges,
  translateOwnReferences,
  translateReferences,
  translateRelatedObjects,
} from './merge';
import type { Field, Model } from './models';
import { originalsTable } from './original-value.entity';
import { isNamed, keyColumn } from './staging';

/** Gives every staged row its number, and every reference that came by name or by a number of the file the number it means. */
export async function resolve(load: Load, contentTypes: ReadonlyMap<string, string>): Promise<void> {
  const present = load.models.filter(({ label }) => load.has(label));
  for (const model of present) await index(load, model);
  for (const model of present) await refuseTwins(load, model);
  load.findings.settle();
  for (const model of present) {
    for (const field of model.fields.filter(isNamed)) await name(load, model, field);
    if (load.merging) await translateReferences(load, model);
    await model.foreign?.prepare?.(load);
    if (load.merging) await matchRows(load, model);
    await number(load, model);
    if (load.merging) await translateOwnReferences(load, model);
  }
  for (const model of present) {
    await relatedObjects(load, model, contentTypes);
    for (const edge of model.manyToMany) await edgeOwners(load, model, edge);
  }
  await dropStaleOriginals(load);
}

/** One record twice in the files. */
async function refuseTwins(load: Load, { label, table, pk, naturalKey }: Model): Promise<void> {
  const stage = stageOf(table.name);
  for (const column of [pk, naturalKey]) {
    if (!column) continue;
    const twice = `SELECT "${column}" FROM ${stage} WHERE "${column}" IS NOT NULL GROUP BY "${column}" HAVING count(*) > 1`;
    const field = column === pk ? 'pk' : column;
    await load.refuseWhere(label, `s."${column}" IN (${twice})`, 'duplicate: it is there twice', field);
  }
}

/** Rows without a number have the next ones, in the order of the file. */
async function number(load: Load, { table, pk }: Model): Promise<void> {
  if (!pk) return;
  const stage = stageOf(table.name);
  const missing = await load.number(`SELECT count(*) AS n FROM ${stage} WHERE ${pk} IS NULL`);
  if (missing === 0) return;
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
  const stage = stageOf(table.name);
  for (const column of [pk, naturalKey, load.merging && pk ? 'load_pk' : null])
    if (column) await load.run(`CREATE INDEX ${stage}_${column} ON ${stage} (${column})`);
}

async function name(load: Load, model: Model, field: Field): Promise<void> {
  const [stage, column, key, to] = [stageOf(model.table.name), field.column.name, keyColumn(field), field.to as Model];
  await load.run(
    `UPDATE ${stage} SET ${column} = COALESCE(
       (SELECT k.id FROM ${stageOf(to.table.name)} k WHERE k.${to.naturalKey} = ${stage}.${key}),
       (SELECT k.id FROM ${to.table.name} k WHERE k.${to.naturalKey} = ${stage}.${key}))
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
  if (load.merging) await translateRelatedObjects(load, model, related);
  for (const to of load.models.filter(({ naturalKey }) => naturalKey)) await renumbered(load, model, related, to);
}

async function renumbered(load: Load, model: Model, related: { type: string; id: string }, to: Model): Promise<void> {
  const { type, id } = related;
  const stage = stageOf(model.table.name);
  await load.run(
    `UPDATE ${stage} SET ${id} = COALESCE(
       (SELECT k.id FROM ${stageOf(to.table.name)} k WHERE k.${to.naturalKey} = ${stage}.${id}__key),
       (SELECT k.id FROM ${to.table.name} k WHERE k.${to.naturalKey} = ${stage}.${id}__key))
     WHERE ${id}__key IS NOT NULL AND ${type} = $1`,
    [to.label],
  );
  const named = `s.${type} = '${to.label}' AND s.${id}__key IS NOT NULL AND s.${id} IS NULL`;
  await load.refuseWhere(model.label, named, `dangling: there is no ${to.label} of this name`, id);
  if (load.merging || !load.unnumbered.has(to.label)) return;
  const lost = await load.run(
    `UPDATE ${stage} SET ${type} = NULL, ${id} = NULL WHERE ${type} = $1 AND ${id}__key IS NULL AND ${id} IS NOT NULL`,
    [to.label],
  );
  load.noteCount(
    lost,
    (n) => `${model.label}: ${n} objects of ${to.label} lost, since the file gives no numbers of those`,
  );
}

/** What a dump of ours keeps of the words of another system means nothing where its rows have other numbers. */
async function dropStaleOriginals(load: Load): Promise<void> {
  const stale = load.models.filter(({ label }) => load.merging || load.unnumbered.has(label)).map(({ label }) => label);
  const own = load.models.find(({ table }) => table.name === originalsTable);
  if (!own || !load.has(own.label) || stale.length === 0) return;
  const dropped = await load.run(
    `DELETE FROM ${stageOf(originalsTable)} WHERE model IN (${stale.map((label) => `'${label}'`).join(', ')})`,
  );
  load.counts.set(own.label, (load.counts.get(own.label) ?? 0) - dropped);
}

async function edgeOwners(load: Load, model: Model, { table, field }: ManyToMany): Promise<void> {
  const [edges, stage] = [stageOf(table), stageOf(model.table.name)];
  await load.run(`CREATE INDEX ${stage}_place ON ${stage} (load_place)`);
  await load.run(
    `UPDATE ${edges} SET from_id = (SELECT s.${model.pk} FROM ${stage} s WHERE s.load_place = ${edges}.load_place)`,
  );
  if (load.merging) await translateEdges(load, model, table, field);
}
