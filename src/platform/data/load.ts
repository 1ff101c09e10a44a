import type { Shape, Row, Value } from '../database/columns';
import { int } from '../database/columns';
import type { Database } from '../database/database';
import type { ChoiceMap } from './choice-map';
import type { Loading } from './data-rules';
import type { Finding, Findings } from './findings';
import type { Model } from './models';

/** The table that holds the staged rows of a model until the transaction ends. */
export const stageOf = (table: string): string => `load_${table}`;

/** A load on its way: what was staged, and what was found. */
export class Load implements Loading {
  /** What the person who loads should know, in their words. */
  readonly notes: string[] = [];

  constructor(
    readonly database: Database,
    readonly models: readonly Model[],
    readonly findings: Findings,
    readonly map: ChoiceMap,
    /** How many records of each model there are. */
    readonly counts: ReadonlyMap<string, number>,
    /** The models whose records came by name alone, so that what they were numbered is not known. */
    readonly unnumbered: ReadonlySet<string>,
  ) {}

  has(label: string): boolean {
    return (this.counts.get(label) ?? 0) > 0;
  }

  run(sql: string, values: readonly Value[] = []): Promise<number> {
    return this.database.run(sql, values);
  }

  rows<S extends Shape>(shape: S, sql: string, values: readonly Value[] = []): Promise<Row<S>[]> {
    return this.database.rows(shape, sql, values);
  }

  async number(sql: string, values: readonly Value[] = []): Promise<number> {
    return (await this.database.row({ n: int }, sql, values))?.n ?? 0;
  }

  note(text: string): void {
    this.notes.push(text);
  }

  noteCount(count: number, text: (count: number) => string): void {
    if (count > 0) this.note(text(count));
  }

  refuse(finding: Finding): void {
    this.findings.add(finding);
  }

  async refuseWhere(label: string, condition: string, reason: string, field?: string): Promise<void> {
    if (!this.has(label)) return;
    const model = this.models.find((one) => one.label === label) as Model;
    const found = await this.rows(
      { line: int, total: int },
      `SELECT s.load_line AS line, count(*) OVER () AS total FROM ${stageOf(model.table.name)} s
       WHERE ${condition} ORDER BY s.load_place LIMIT 20`,
    );
    for (const { line } of found) this.refuse({ line, model: label, field, reason });
    this.findings.total += (found[0]?.total ?? 0) - found.length;
  }
}
