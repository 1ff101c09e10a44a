import { Injectable } from '@nestjs/common';
import type { Snapshot } from '../database/bulk';
import { Database } from '../database/database';
import type { ChoiceMap } from './choice-map';
import { DataRegistry } from './data-registry';
import type { Fields, ManyToMany } from './data-rules';
import { fieldsFrom, selectOf, type DumpStyle } from './dump-row';
import type { Target } from './files';
import { DataRefused } from './findings';
import { ManifestOf, type Manifest } from './manifest';
import type { Model } from './models';
import { withOriginals } from './originals';
import { RecordWriter, type FileFormat } from './record-writer';

export interface DumpOptions extends DumpStyle {
  format: FileFormat;
  indent: number;
  map: ChoiceMap;
  /** `app` or `app.model`; empty: everything. */
  only: readonly string[];
  exclude: readonly string[];
  naturalKeys?: ReadonlyMap<string, string>;
  onRecords?: (count: number) => void;
}

/** So few that a page is gone before V8 takes its rows for long-lived: with 100, a dump holds 80 MB more. */
const pageRows = 40;

/** The database as a file, at one moment, while others go on writing. */
@Injectable()
export class Dumper {
  constructor(
    private readonly database: Database,
    private readonly registry: DataRegistry,
  ) {}

  /** @throws DataRefused for a model that does not exist */
  async dump(target: Target, options: DumpOptions): Promise<Manifest> {
    const models = this.chosen(options);
    const labels = new Set(models.map(({ label }) => label));
    const manifest = new ManifestOf(this.registry.sums(labels, options.foreignOnly));
    const writer = new RecordWriter(target, options.format, options.indent, manifest);
    await this.database.dialect.bulk.snapshot(async (snapshot) => {
      for (const model of models) await this.model(snapshot, model, writer, options);
    });
    await writer.end();
    return manifest.done();
  }

  /** How many rows there are to write, roughly: for those who watch. */
  async size(options: DumpOptions): Promise<number> {
    let total = 0;
    for (const { table } of this.chosen(options)) {
      const { rows } = await this.database.dialect.read(`SELECT count(*) AS n FROM ${table.name}`, []);
      total += Number(rows[0]?.n);
    }
    return total;
  }

  private chosen({ only, exclude, foreignOnly, naturalKeys }: DumpOptions): Model[] {
    const all = this.registry.models(naturalKeys).filter(({ foreign }) => foreign !== undefined || !foreignOnly);
    const names = new Set(all.flatMap(({ label }) => [label, label.split('.')[0] as string]));
    const strangers = [...only, ...exclude].filter((name) => !names.has(name.toLowerCase()));
    const isSkipped = /^(auth|contenttypes|sessions|admin|authtoken)(\.|$)/;
    const wrong = strangers.filter((name) => !isSkipped.test(name));
    if (wrong.length > 0)
      throw new DataRefused(
        'There is nothing to dump',
        wrong.map((name) => ({ reason: `no app or model: ${name}` })),
      );
    const isIn = (list: readonly string[], label: string): boolean =>
      list.some((name) => [label, label.split('.')[0]].includes(name.toLowerCase()));
    return all.filter(({ label }) => (only.length === 0 || isIn(only, label)) && !isIn(exclude, label));
  }

  private async model(snapshot: Snapshot, model: Model, writer: RecordWriter, options: DumpOptions): Promise<void> {
    const isUnnumbered = options.naturalPrimary && model.naturalKey !== null;
    for await (const rows of snapshot.pages(selectOf(model, options), pageRows)) {
      const records = rows.map((row) => ({
        pk: model.pk ? Number(row[model.pk]) : undefined,
        fields: fieldsFrom(model, options, row),
      }));
      for (const edge of model.manyToMany) await addEdges(snapshot, edge, records, options);
      if (options.foreignOnly)
        await withOriginals(snapshot, model, records, options.map, () =>
          this.release(snapshot, model, records, options.map),
        );
      for (const { pk, fields } of records) await writer.write(model.label, isUnnumbered ? undefined : pk, fields);
      options.onRecords?.(records.length);
    }
  }

  /** Into the other system's words. */
  private async release(snapshot: Snapshot, model: Model, records: Page, map: ChoiceMap): Promise<void> {
    await model.foreign?.release?.(records, snapshot);
    for (const { releases } of this.registry.rules) await releases?.[model.label]?.(records, snapshot);
    for (const { fields } of records) {
      for (const name of model.foreign?.dropped ?? []) fields[name] = [];
      for (const name of Object.keys(model.foreign?.choices ?? {}))
        if (typeof fields[name] === 'string') fields[name] = map.toTheirs(`${model.label}.${name}`, fields[name]);
    }
  }
}

type Page = { pk: number | undefined; fields: Fields }[];

async function addEdges(snapshot: Snapshot, edge: ManyToMany, page: Page, { foreignOnly }: DumpOptions): Promise<void> {
  const { field, table, from, to, symmetrical } = edge;
  const within = (column: string): string =>
    `SELECT ${column === from ? `${from} AS one, ${to} AS other` : `${to} AS one, ${from} AS other`} FROM ${table}
     WHERE ${column} BETWEEN ${page[0]?.pk} AND ${page.at(-1)?.pk}`;
  const both = symmetrical && foreignOnly ? ` UNION ${within(to)}` : '';
  const lists = new Map<number, number[]>();
  for (const { one, other } of await snapshot.rows(`${within(from)}${both} ORDER BY one, other`)) {
    const list = lists.get(Number(one)) ?? [];
    list.push(Number(other));
    lists.set(Number(one), list);
  }
  for (const { pk, fields } of page) fields[field] = lists.get(pk as number) ?? [];
}
