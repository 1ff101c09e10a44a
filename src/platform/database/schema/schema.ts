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
 * Functions that migrations use to define tables. One definition is used for both engines. Every constraint and index has a name.
 */

type ColumnDefinition = Omit<TableColumnOptions, 'name'>;

interface ColumnSettings {
  nullable?: boolean;
  default?: string | number | boolean;
}

function column(type: string, settings: ColumnSettings, typeOptions: Partial<ColumnDefinition> = {}): ColumnDefinition {
  const definition: ColumnDefinition = { type, isNullable: settings.nullable ?? false };
  if (settings.default !== undefined) definition.default = literalSql(settings.default);
  return Object.assign(definition, typeOptions);
}

const literalSql = (value: string | number | boolean): string =>
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
/** Makes a column the primary key, or a part of it. */
export const key = (definition: ColumnDefinition): ColumnDefinition => ({ ...definition, isPrimary: true });

type Constraint = TableUnique | TableIndex | TableCheck | TableForeignKey;

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

export function table(name: string, columns: Record<string, ColumnDefinition>, ...constraints: Constraint[]): Table {
  const namedColumns = Object.entries(columns).map(([columnName, definition]) => ({ name: columnName, ...definition }));
  return new Table({
    name,
    columns: namedColumns,
    uniques: constraints.filter((constraint) => constraint instanceof TableUnique),
    indices: constraints.filter((constraint) => constraint instanceof TableIndex),
    checks: constraints.filter((constraint) => constraint instanceof TableCheck),
    foreignKeys: constraints.filter((constraint) => constraint instanceof TableForeignKey),
  });
}

export async function createTables(runner: QueryRunner, tables: readonly Table[]): Promise<void> {
  for (const definition of tables)
    await runner.createTable(isPostgres(runner) ? definition : toSqliteTable(definition));
}

/** Translates PostgreSQL's types, which migrations use, because TypeORM does not translate the types of a table. */
function toSqliteTable(original: Table): Table {
  const copy = original.clone();
  for (const copiedColumn of copy.columns) {
    const { type, default: defaultSql } = copiedColumn;
    if (type === 'boolean' && defaultSql) copiedColumn.default = defaultSql === 'true' ? '1' : '0';
    copiedColumn.type = sqliteTypes[type] ?? type;
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
  for (const definition of tables.toReversed()) await runner.dropTable(definition);
}

export const isPostgres = (runner: QueryRunner): boolean => runner.dataSource.options.type === 'postgres';
