import type { DataSource, EntityMetadata } from 'typeorm';

type ColumnMetadata = EntityMetadata['columns'][number];
export type ColumnKind = 'int' | 'float' | 'char' | 'text' | 'bool' | 'instant' | 'date' | 'json';

/** A column, described for code that copies whole tables. The kind is the same on both engines. */
export interface ColumnInfo {
  name: string;
  kind: ColumnKind;
  /** The maximum length of a `char`, in characters. */
  length?: number;
  /** The size of an `int`. */
  bits?: 32 | 64;
  nullable: boolean;
  default?: string | number | boolean;
  /** The table that the column refers to. */
  references?: string;
}

export interface TableInfo {
  name: string;
  columns: ColumnInfo[];
  /** The columns of the primary key. */
  key: string[];
  /** True if the primary key is one number that the database generates. */
  isNumbered: boolean;
  /** The columns of each unique constraint, without the primary key. */
  uniques: string[][];
  /** The columns of each other unique index, and the condition of a partial one. */
  uniqueIndexes: { columns: string[]; where?: string }[];
}

/** The kinds by TypeORM's names of column types. */
const kinds: Record<string, ColumnKind> = {
  int: 'int',
  int8: 'int',
  bigint: 'int',
  float8: 'float',
  varchar: 'char',
  text: 'text',
  boolean: 'bool',
  timestamptz: 'instant',
  date: 'date',
  jsonb: 'json',
};

/** Every table that has an entity. */
export function tablesOf(dataSource: DataSource): TableInfo[] {
  return dataSource.entityMetadatas.map(tableInfoOf);
}

function tableInfoOf(entity: EntityMetadata): TableInfo {
  const uniqueIndexes = entity.indices.filter(({ isUnique }) => isUnique);
  return {
    name: entity.tableName,
    columns: entity.columns.map((column) => columnInfoOf(entity, column)),
    key: namesOf(entity.primaryColumns),
    isNumbered: entity.generatedColumns.length === 1,
    uniques: entity.uniques.map(({ columns }) => namesOf(columns)),
    uniqueIndexes: uniqueIndexes.map(({ columns, where }) => {
      return where ? { columns: namesOf(columns), where } : { columns: namesOf(columns) };
    }),
  };
}

const namesOf = (columns: ColumnMetadata[]): string[] => columns.map((column) => column.databaseName);

/** The kind of a column's type. `column` names the column in the error. */
export function kindOf(type: string, column: string): ColumnKind {
  const kind = kinds[type];
  if (!kind) throw new Error(`The column ${column} has the unsupported type ${type}`);
  return kind;
}

function columnInfoOf(entity: EntityMetadata, column: ColumnMetadata): ColumnInfo {
  const type = column.type as string;
  const name = column.databaseName;
  const kind = kindOf(type, `${entity.tableName}.${name}`);
  const info: ColumnInfo = { name, kind, nullable: column.isNullable };
  if (kind === 'char' && column.length) info.length = Number(column.length);
  if (kind === 'int') info.bits = type === 'int' ? 32 : 64;
  if (column.default !== undefined && column.default !== null) info.default = column.default as string;
  const foreignKey = entity.foreignKeys.find(({ columns }) => namesOf(columns).includes(name));
  if (foreignKey) info.references = foreignKey.referencedEntityMetadata.tableName;
  return info;
}
