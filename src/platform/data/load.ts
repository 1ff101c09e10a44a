import type { Shape, Row, Value } from '../database/columns';
import { int, nullable, text } from '../database/columns';
import type { Database } from '../database/database';
import type { ChoiceMap } from './choice-map';
import type { Loading } from './data-rules';
import type { Finding, Findings } from './findings';
import type { Model } from './models';

/** The table that holds the staged rows of a model until the transaction ends. */
export const stageOf = (table: string): string => `load_${table}`;

/** By label: the columns that say that a record and a row are the same, where they are others than the model's own. */
export type Merge = ReadonlyMap<string, readonly string[]>;

/** What is known of the files. */
interface Staged {
  /** How many records of each model there are to write. */
  counts: Map<string, number>;
  /** The models whose records came by name alone, so that what they were numbered is not known. */
  unnumbered: ReadonlySet<string>;
}

/** A load on its way: what was staged, and what was found. */
export class Load implements Loading {
  /** What the person who loads should know, in their words. */
  readonly notes: string[] = [];

  constructor(
    readonly database: Database,
    readonly models: readonly Model[],
    readonly findings: Findings,
    readonly map: ChoiceMap,
    private readonly staged: Staged,
    /** What is there stays: rows are only added. By label, the columns that say which are the same; null: into an empty database. */
    readonly merge: Merge | null,
  ) {}

  get counts(): Map<string, number> {
    return this.staged.counts;
  }

  get unnumbered(): ReadonlySet<string> {
    return this.staged.unnumbered;
  }

  get merging(): boolean {
    return this.merge !== null;
  }

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
      { line: int, place: int, name: nullable(text), total: int },
      `SELECT s.load_line AS line, s.load_place AS place, ${nameOf(model)} AS name, count(*) OVER () AS total
       FROM ${stageOf(model.table.name)} s WHERE ${condition} ORDER BY s.load_place LIMIT 3`,
    );
    const others = (found[0]?.total ?? 0) - found.length;
    for (const [at, { line, place, name }] of found.entries()) {
      const finding = { line, place, record: name ?? undefined, model: label, field, reason };
      this.findings.add(finding, at === 0 ? 1 + others : 1);
    }
  }
}

/** What a staged row was called in its file. */
function nameOf({ naturalKey, pk }: Model): string {
  if (!pk) return 'NULL';
  const number = "'pk ' || s.load_pk";
  return naturalKey ? `COALESCE(CAST(s.${naturalKey} AS text), ${number})` : number;
}
