import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import type { TableInfo } from '../database/table-info';
import type { DataRules, Sums } from './data-rules';
import { modelsOf, type Model } from './data-models';
import { originalsTable } from './original-value.entity';

/** The data rules of all modules. Tables without rules are exported and imported as they are. */
@Injectable()
export class DataRegistry {
  private readonly registered: DataRules[] = [];
  private sorted: DataRules[] | null = null;

  constructor(private readonly database: Database) {}

  register(rules: DataRules): void {
    this.registered.push(rules);
    this.sorted = null;
  }

  /** All models, each after those that it refers to. @param naturalKeys by label, for models that do not use their default natural key */
  models(naturalKeys: ReadonlyMap<string, string> = new Map()): Model[] {
    const foreign = this.registered.flatMap((rules) => rules.models);
    return modelsOf(this.database.tables, foreign, (table) => this.isExcluded(table), naturalKeys);
  }

  /** The rules in the order of the modules' references: a module comes after those that it refers to. */
  get rules(): DataRules[] {
    this.sorted ??= this.sort();
    return this.sorted;
  }

  private sort(): DataRules[] {
    const positions = new Map(this.models().map(({ table }, position) => [table.name, position]));
    const positionOf = ({ models }: DataRules): number => positions.get(models[0]?.table ?? '') ?? positions.size;
    return this.registered.toSorted((one, other) => positionOf(one) - positionOf(other));
  }

  /** The sums that a dump of these models contains. */
  sums(labels: ReadonlySet<string>, foreignOnly: boolean): Sums {
    const entries = this.registered.map(({ sums, foreignSums = sums }) =>
      Object.entries((foreignOnly ? foreignSums : sums) ?? {}),
    );
    return Object.fromEntries(entries.flat().filter(([, { model }]) => labels.has(model)));
  }

  /** True for the platform's own tables, and for the tables that modules exclude. They are not exported. */
  isExcluded(table: string): boolean {
    if (table === originalsTable) return false;
    return table.startsWith('platform_') || this.registered.some(({ excludedTables = {} }) => table in excludedTables);
  }

  /** Every table, each after the tables that it refers to. */
  tablesInReferenceOrder(): TableInfo[] {
    return modelsOf(this.database.tables, [], () => false).map(({ table }) => table);
  }

  /** The names of all tables, including the excluded ones. */
  get tables(): string[] {
    return this.database.tables.map(({ name }) => name);
  }
}
