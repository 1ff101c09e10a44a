import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import type { TableInfo } from '../database/table-info';
import type { DataRules, Sums } from './data-rules';
import { modelsOf, type Model } from './data-models';
import { originalsTable } from './original-value.entity';

/** The data rules of all modules. Tables without rules are exported and imported without changes. */
@Injectable()
export class DataRegistry {
  private readonly registeredRules: DataRules[] = [];
  private sortedRules: DataRules[] | null = null;

  constructor(private readonly database: Database) {}

  register(rules: DataRules): void {
    this.registeredRules.push(rules);
    this.sortedRules = null;
  }

  /**
   * All models. Each comes after the models that it refers to.
   * @param naturalKeys the natural keys of models that do not use their default one, by the label of the model
   */
  models(naturalKeys: ReadonlyMap<string, string> = new Map()): Model[] {
    const foreign = this.registeredRules.flatMap((rules) => rules.models);
    return modelsOf(this.database.tables, foreign, (table) => this.isExcluded(table), naturalKeys);
  }

  /** The rules of the modules. A module comes after the modules whose tables it refers to. */
  get rules(): DataRules[] {
    this.sortedRules ??= this.sort();
    return this.sortedRules;
  }

  private sort(): DataRules[] {
    const positions = new Map(this.models().map(({ table }, position) => [table.name, position]));
    const positionOf = ({ models }: DataRules): number => positions.get(models[0]?.table ?? '') ?? positions.size;
    return this.registeredRules.toSorted((left, right) => positionOf(left) - positionOf(right));
  }

  /** The sums that the manifest of a dump of these models contains. */
  sums(labels: ReadonlySet<string>, foreignOnly: boolean): Sums {
    const selected: Sums = {};
    for (const { sums = {}, foreignSums = sums } of this.registeredRules) {
      const candidates = foreignOnly ? foreignSums : sums;
      for (const [name, sum] of Object.entries(candidates)) if (labels.has(sum.model)) selected[name] = sum;
    }
    return selected;
  }

  /** True for the tables that are not exported: those of the platform, except the original values, and those that modules exclude. */
  isExcluded(table: string): boolean {
    // The original values are data of the school, although the platform owns their table.
    if (table === originalsTable) return false;
    return (
      table.startsWith('platform_') || this.registeredRules.some(({ excludedTables = {} }) => table in excludedTables)
    );
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
