import type { Snapshot } from '../database/bulk';
import type { ChoiceMap } from './choice-map';
import type { Fields, Page } from './data-rules';
import { canonical, parseExactly } from './exact-json';
import { stageOf, type Load } from './load';
import type { Model } from './models';
import { originalsTable } from './original-value.entity';
import { originalsStage } from './staging';

/** Keeps what stood in the file beside the rows it was made into, now that these have their numbers. */
export async function writeOriginals(load: Load): Promise<void> {
  if ((await load.number(`SELECT count(*) AS n FROM ${originalsStage}`)) === 0) return;
  for (const { label, table, pk } of load.models.filter((model) => load.has(model.label)))
    if (pk)
      await load.run(
        `INSERT INTO ${originalsTable} (model, row_id, field, ours, theirs)
         SELECT o.model, s.${pk}, o.field, o.ours, o.theirs FROM ${originalsStage} o
         JOIN ${stageOf(table.name)} s ON s.load_place = o.load_place WHERE o.model = $1
         ON CONFLICT (model, row_id, field) DO UPDATE SET ours = excluded.ours, theirs = excluded.theirs`,
        [label],
      );
}

interface Restored {
  fields: Fields;
  name: string;
  value: unknown;
}

/** What stood in the file, where what was made of it is still there; words only where the map still says the same. */
async function originalsOf(snapshot: Snapshot, model: Model, page: Page, map: ChoiceMap): Promise<Restored[]> {
  const records = new Map(page.map(({ pk, fields }) => [Number(pk), fields]));
  const rows = await snapshot.rows(
    `SELECT row_id, field, ours, theirs FROM ${originalsTable} WHERE model = '${model.label}'
       AND row_id BETWEEN ${Number(page[0]?.pk)} AND ${Number(page.at(-1)?.pk)}`,
  );
  return rows.flatMap((row) => {
    const [fields, name] = [records.get(Number(row.row_id)), row.field as string];
    const value = parseExactly(row.theirs as string);
    if (!fields || canonical(fields[name]) !== row.ours) return [];
    const isWord = Object.hasOwn(model.foreign?.choices ?? {}, name);
    const said = isWord ? (map.toOurs(`${model.label}.${name}`, value as string) ?? value) : fields[name];
    return said === fields[name] ? [{ fields, name, value }] : [];
  });
}

/** Runs `release` on a page, and puts what stood in the file in its place again. */
export async function withOriginals(
  snapshot: Snapshot,
  model: Model,
  page: Page,
  map: ChoiceMap,
  release: () => Promise<void>,
): Promise<void> {
  const originals = await originalsOf(snapshot, model, page, map);
  await release();
  for (const { fields, name, value } of originals) fields[name] = value;
}
