import {
  Table,
  TableCheck,
  TableForeignKey,
  TableIndex,
  TableUnique,
  type QueryRunner,
  type TableColumnOptions,
} from 'typeorm';

/*
 * Functions that migrations use to define tables. One definition serves both engines, and every constraint and index has a name.
 */

export type ColumnDefinition = Omit<TableColumnOptions, 'name'>;

interface ColumnSettings {
  nullable?: boolean;
  default?: string | number | boolean;
}

function column(
  type: string,
  { nullable = false, default: value }: ColumnSettings,
  rest: Partial<ColumnDefinition> = {},
): ColumnDefinition {
  return { type, isNullable: nullable, ...(value === undefined ? {} : { default: literal(value) }), ...rest };
}

const literal = (value: string | number | boolean): string =>
  typeof value === 'string' ? `'${value}'` : String(value);

export const id = (): ColumnDefinition =>
  column('int8', {}, { isPrimary: true, isGenerated: true, generationStrategy: 'increment' });
export const varchar = (length: number, settings: ColumnSettings = {}): ColumnDefinition =>
  column('varchar', settings, { length: String(length) });
export const text = (settings: ColumnSettings = {}): ColumnDefinition => column('text', settings);
export const int = (settings: ColumnSettings = {}): ColumnDefinition => column('int', settings);
export const bigint = (settings: ColumnSettings = {}): ColumnDefinition => column('int8', settings);
export const float = (settings: ColumnSettings = {}): ColumnDefinition => column('float8', settings);
export const flag = (settings: ColumnSettings = {}): ColumnDefinition => column('boolean', settings);
export const instant = (settings: ColumnSettings = {}): ColumnDefinition =>
  column('timestamptz', settings, { precision: 3 });
export const date = (settings: ColumnSettings = {}): ColumnDefinition => column('date', settings);
export const json = (settings: ColumnSettings = {}): ColumnDefinition => column('jsonb', settings);
export const key = (definition: ColumnDefinition): ColumnDefinition => ({ ...definition, isPrimary: true });

type Part = TableUnique | TableIndex | TableCheck | TableForeignKey;

export const unique = (name: string, ...columnNames: string[]): TableUnique => new TableUnique({ name, columnNames });
export const index = (name: string, columnNames: string[], where?: string, isUnique = false): TableIndex =>
  new TableIndex({ name, columnNames, isUnique, ...(where ? { where } : {}) });
export const check = (name: string, expression: string): TableCheck => new TableCheck({ name, expression });
export const oneOf = (name: string, columnName: string, values: string[]): TableCheck =>
  check(name, `"${columnName}" IN (${values.map((value) => `'${value}'`).join(', ')})`);

export function references(
  name: string,
  columnName: string,
  table: string,
  onDelete: 'CASCADE' | 'RESTRICT' | 'SET NULL',
): TableForeignKey {
  return new TableForeignKey({
    name,
    columnNames: [columnName],
    referencedTableName: table,
    referencedColumnNames: ['id'],
    onDelete,
  });
}

export function table(name: string, columns: Record<string, ColumnDefinition>, ...parts: Part[]): Table {
  const namedColumns = Object.entries(columns).map(([columnName, definition]) => ({ name: columnName, ...definition }));
  return new Table({
    name,
    columns: namedColumns,
    uniques: parts.filter((part) => part instanceof TableUnique),
    indices: parts.filter((part) => part instanceof TableIndex),
    checks: parts.filter((part) => part instanceof TableCheck),
    foreignKeys: parts.filter((part) => part instanceof TableForeignKey),
  });
}

export async function createTables(runner: QueryRunner, tables: readonly Table[]): Promise<void> {
  for (const each of tables) await runner.createTable(isPostgres(runner) ? each : toSqliteTable(each));
}

/** Migrations use PostgreSQL's types. TypeORM does not translate the types of a table, so this function does. */
function toSqliteTable(original: Table): Table {
  const copy = original.clone();
  for (const each of copy.columns) {
    if (each.type === 'boolean' && each.default) each.default = each.default === 'true' ? '1' : '0';
    each.type = sqliteTypes[each.type] ?? each.type;
  }
  return copy;
}

const sqliteTypes: Record<string, string> = {
  int: 'integer',
  int8: 'integer',
  timestamptz: 'datetime',
  jsonb: 'text',
  float8: 'real',
};

export async function dropTables(runner: QueryRunner, tables: readonly Table[]): Promise<void> {
  for (const each of [...tables].reverse()) await runner.dropTable(each);
}

export const isPostgres = (runner: QueryRunner): boolean => runner.dataSource.options.type === 'postgres';
