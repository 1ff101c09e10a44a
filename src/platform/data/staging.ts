import type { BulkColumn, Cell } from '../database/bulk';
import type { Database } from '../database/database';
import { stageOf } from './load';
import type { Field, Model } from './models';

/** The column that holds what a reference was called, until its number is known. */
export const keyColumn = (field: Field): string => `${field.column.name}__key`;
export const isNamed = (field: Field): boolean => field.to?.naturalKey != null;

const own: BulkColumn[] = [
  { name: 'load_place', kind: 'int' },
  { name: 'load_line', kind: 'int' },
  { name: 'load_ours', kind: 'bool' },
  // The number the file gives it; the column of the number holds what it is here.
  { name: 'load_pk', kind: 'int' },
];

/** The columns of a staged model: ours to find our way, the number, a cell for each field, the names of references. */
export function stagedColumns(model: Model): BulkColumn[] {
  const pk: BulkColumn[] = model.pk ? [{ name: model.pk, kind: 'int' }] : [];
  const cells = model.fields.map(({ column }): BulkColumn => ({ name: column.name, kind: column.kind }));
  const keys = model.fields.filter(isNamed).map((field): BulkColumn => ({ name: keyColumn(field), kind: 'text' }));
  return [...own, ...pk, ...cells, ...keys, ...relatedKey(model)];
}

/** An object of any kind may be named, too, where its model has a natural key. */
function relatedKey({ foreign }: Model): BulkColumn[] {
  return foreign?.relatedObject ? [{ name: `${foreign.relatedObject.id}__key`, kind: 'text' }] : [];
}

export const edgeColumns: BulkColumn[] = [
  { name: 'load_place', kind: 'int' },
  { name: 'load_line', kind: 'int' },
  { name: 'from_id', kind: 'int' },
  { name: 'to_id', kind: 'int' },
];

/** Values that were made into ours, as they stood in the file. */
export const originalsStage = 'load_originals';
const originalColumns: BulkColumn[] = [
  { name: 'load_place', kind: 'int' },
  { name: 'model', kind: 'text' },
  { name: 'field', kind: 'text' },
  { name: 'ours', kind: 'text' },
  { name: 'theirs', kind: 'text' },
];

/** Where the rows of a file wait until all of them are known: tables that end with the transaction. */
export class Staging {
  private readonly waiting = new Map<string, { columns: BulkColumn[]; rows: Cell[][] }>();
  private count = 0;

  constructor(
    private readonly database: Database,
    private readonly models: readonly Model[],
  ) {}

  async create(): Promise<void> {
    await this.database.patiently();
    await this.createTable(originalsStage, originalColumns);
    for (const model of this.models) {
      await this.createTable(stageOf(model.table.name), stagedColumns(model));
      for (const { table } of model.manyToMany) await this.createTable(stageOf(table), edgeColumns);
    }
  }

  /** A table of the load's own, beside the staged ones. */
  async createTable(name: string, columns: readonly BulkColumn[]): Promise<void> {
    const { types, untilCommit } = this.database.dialect.bulk;
    const list = columns.map((column) => `"${column.name}" ${types[column.kind]}`).join(', ');
    await this.database.run(`CREATE TEMP TABLE ${name} (${list}) ${untilCommit}`);
    this.waiting.set(name, { columns: [...columns], rows: [] });
  }

  add(table: string, row: Cell[]): void {
    this.waiting.get(table)?.rows.push(row);
    this.count++;
  }

  get isFull(): boolean {
    return this.count >= 1_000;
  }

  async flush(): Promise<void> {
    for (const [table, { columns, rows }] of this.waiting)
      if (rows.length > 0) await this.database.insertMany(table, columns, rows.splice(0));
    this.count = 0;
  }

  async analyze(): Promise<void> {
    for (const table of this.waiting.keys()) {
      const statement = this.database.dialect.bulk.analyze(table);
      if (statement) await this.database.run(statement);
    }
  }

  /** Where tables outlive the transaction, they are removed before its end. */
  async remove(): Promise<void> {
    for (const table of this.waiting.keys()) await this.database.run(`DROP TABLE ${table}`);
  }
}
