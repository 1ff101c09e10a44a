import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import type { TableInfo } from '../database/table-info';
import type { DataRules, Sums } from './data-rules';
import { modelsOf, type Model } from './data-models';
import { originalsTable } from './original-value.entity';

/** What every module has said of its data, and the tables of modules that said nothing: those are carried as they are. */
@Injectable()
export class DataRegistry {
  private readonly all: DataRules[] = [];
  private sorted: DataRules[] | null = null;

  constructor(private readonly database: Database) {}

  register(rules: DataRules): void {
    this.all.push(rules);
    this.sorted = null;
  }

  /** In the order of what they refer to. @param naturalKeys by label, where another field than the usual one names a record */
  models(naturalKeys: ReadonlyMap<string, string> = new Map()): Model[] {
    const foreign = this.all.flatMap((rules) => rules.models);
    return modelsOf(this.database.tables, foreign, (table) => this.isLeftOut(table), naturalKeys);
  }

  /** Lowest arrow first, whatever the order they registered in. */
  get rules(): DataRules[] {
    this.sorted ??= this.sort();
    return this.sorted;
  }

  private sort(): DataRules[] {
    const places = new Map(this.models().map(({ table }, place) => [table.name, place]));
    const place = ({ models }: DataRules): number => places.get(models[0]?.table ?? '') ?? places.size;
    return this.all.toSorted((one, other) => place(one) - place(other));
  }

  /** Of what is in a dump of these models. */
  sums(labels: ReadonlySet<string>, foreignOnly: boolean): Sums {
    const said = this.all.map(({ sums, foreignSums = sums }) =>
      Object.entries((foreignOnly ? foreignSums : sums) ?? {}),
    );
    return Object.fromEntries(said.flat().filter(([, { model }]) => labels.has(model)));
  }

  /** What the platform remembers of its own work, and what modules leave where it is. */
  isLeftOut(table: string): boolean {
    if (table === originalsTable) return false;
    return table.startsWith('platform_') || this.all.some(({ leftOut = {} }) => table in leftOut);
  }

  /** Every table, each after those it refers to. */
  allInOrder(): TableInfo[] {
    return modelsOf(this.database.tables, [], () => false).map(({ table }) => table);
  }

  /** The names of every table, those that are left out included. */
  get tables(): string[] {
    return this.database.tables.map(({ name }) => name);
  }
}
