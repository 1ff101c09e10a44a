import {
  Table,
  TableCheck,
  TableForeignKey,
  TableIndex,
  TableUnique,
  type QueryRunner,
  type TableColumnOptions,
} from 'typeorm';

/** The words migrations are written in: one list of tables for both engines, every constraint and index named. */
export type ColumnDefinition = Omit<TableColumnOptions, 'name'>;

interface More {
  nullable?: boolean;
  default?: string | number | boolean;
}

function column(
  type: string,
  { nullable = false, default: value }: More,
  rest: Partial<ColumnDefinition> = {},
): ColumnDefinition {
  return { type, isNullable: nullable, ...(value === undefined ? {} : { default: literal(value) }), ...rest };
}

const literal = (value: string | number | boolean): string =>
  typeof value === 'string' ? `'${value}'` : String(value);

export const id = (): ColumnDefinition =>
  column('int8', {}, { isPrimary: true, isGenerated: true, generationStrategy: 'increment' });
export const varchar = (length: number, more: More = {}): ColumnDefinition =>
  column('varchar', more, { length: String(length) });
export const text = (more: More = {}): ColumnDefinition => column('text', more);
export const int = (more: More = {}): ColumnDefinition => column('int', more);
export const bigint = (more: More = {}): ColumnDefinition => column('int8', more);
export const float = (more: More = {}): ColumnDefinition => column('float8', more);
export const flag = (more: More = {}): ColumnDefinition => column('boolean', more);
export const instant = (more: More = {}): ColumnDefinition => column('timestamptz', more, { precision: 3 });
export const date = (more: More = {}): ColumnDefinition => column('date', more);
export const json = (more: More = {}): ColumnDefinition => column('jsonb', more);
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
  const own = Object.entries(columns).map(([columnName, definition]) => ({ name: columnName, ...definition }));
  return new Table({
    name,
    columns: own,
    uniques: parts.filter((part) => part instanceof TableUnique),
    indices: parts.filter((part) => part instanceof TableIndex),
    checks: parts.filter((part) => part instanceof TableCheck),
    foreignKeys: parts.filter((part) => part instanceof TableForeignKey),
  });
}

export async function createTables(runner: QueryRunner, tables: readonly Table[]): Promise<void> {
  for (const one of tables) await runner.createTable(isPostgres(runner) ? one : forSqlite(one));
}

/** Migrations are written in PostgreSQL's types; TypeORM's table API takes them literally. */
function forSqlite(one: Table): Table {
  const copy = one.clone();
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
  for (const one of [...tables].reverse()) await runner.dropTable(one);
}

export const isPostgres = (runner: QueryRunner): boolean => runner.dataSource.options.type === 'postgres';
