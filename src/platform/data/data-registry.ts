import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import type { TableInfo } from '../database/table-info';
import type { DataRules, Sums } from './data-rules';
import { modelsOf, type Model } from './data-models';
import { originalsTable } from './original-value.entity';

/** The data rules of all modules. Tables without rules are exported and imported without changes. */
@Injectable()
export class DataRegistry {
  private readonly registered: DataRules[] = [];
  private sorted: DataRules[] | null = null;

  constructor(private readonly database: Database) {}

  register(rules: DataRules): void {
    this.registered.push(rules);
    this.sorted = null;
  }

  /**
   * All models. Each comes after the models that it refers to.
   * @param naturalKeys the natural keys of models that do not use their default one, by the label of the model
   */
  models(naturalKeys: ReadonlyMap<string, string> = new Map()): Model[] {
    const foreign = this.registered.flatMap((rules) => rules.models);
    return modelsOf(this.database.tables, foreign, (table) => this.isExcluded(table), naturalKeys);
  }

  /** The rules of the modules. A module comes after the modules whose tables it refers to. */
  get rules(): DataRules[] {
    this.sorted ??= this.sort();
    return this.sorted;
  }

  private sort(): DataRules[] {
    const positions = new Map(this.models().map(({ table }, position) => [table.name, position]));
    const positionOf = ({ models }: DataRules): number => positions.get(models[0]?.table ?? '') ?? positions.size;
    return this.registered.toSorted((left, right) => positionOf(left) - positionOf(right));
  }

  /** The sums that the manifest of a dump of these models contains. */
  sums(labels: ReadonlySet<string>, foreignOnly: boolean): Sums {
    const selected: Sums = {};
    for (const { sums, foreignSums = sums } of this.registered)
      for (const [name, sum] of Object.entries((foreignOnly ? foreignSums : sums) ?? {}))
        if (labels.has(sum.model)) selected[name] = sum;
    return selected;
  }

  /** True for the tables that are not exported: those of the platform, and those that modules exclude. */
  isExcluded(table: string): boolean {
    if (table === originalsTable) return false;
    return table.startsWith('platform_') || this.registered.some(({ excludedTables = {} }) => table in excludedTables);
  }

  /** All tables. Each comes after the tables that it refers to. */
  tablesInReferenceOrder(): TableInfo[] {
    return modelsOf(this.database.tables, [], () => false).map(({ table }) => table);
  }

  /** The names of all tables, including the excluded ones. */
  get tables(): string[] {
    return this.database.tables.map(({ name }) => name);
  }
}
