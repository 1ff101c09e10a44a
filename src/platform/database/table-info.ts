import type { DataSource, EntityMetadata } from 'typeorm';

type ColumnMetadata = EntityMetadata['columns'][number];
export type ColumnKind = 'int' | 'float' | 'char' | 'text' | 'bool' | 'instant' | 'date' | 'json';

/** A column, described for code that copies whole tables. Its kind is the same for both engines. */
export interface ColumnInfo {
  name: string;
  kind: ColumnKind;
  /** The maximum length of a `char`, in characters. */
  length?: number;
  /** The size of an `int`. */
  bits?: 32 | 64;
  nullable: boolean;
  default?: string | number | boolean;
  /** The table whose id it holds. */
  references?: string;
}

export interface TableInfo {
  name: string;
  columns: ColumnInfo[];
  /** The columns of the primary key. */
  key: string[];
  /** True if the key is one number that the database generates. */
  isNumbered: boolean;
  /** The columns of each unique constraint, without the key. */
  uniques: string[][];
  /** The columns of each other unique index, and the condition of a partial one. */
  uniqueIndexes: { columns: string[]; where?: string }[];
}

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
  return dataSource.entityMetadatas.map((entity) => ({
    name: entity.tableName,
    columns: entity.columns.map((column) => columnInfoOf(entity, column)),
    key: entity.primaryColumns.map((column) => column.databaseName),
    isNumbered: entity.generatedColumns.length === 1,
    uniques: entity.uniques.map((unique) => unique.columns.map((column) => column.databaseName)),
    uniqueIndexes: entity.indices
      .filter(({ isUnique }) => isUnique)
      .map(({ columns, where }) => ({
        columns: columns.map((column) => column.databaseName),
        ...(where ? { where } : {}),
      })),
  }));
}

function columnInfoOf(entity: EntityMetadata, column: ColumnMetadata): ColumnInfo {
  const type = column.type as string;
  const kind = kinds[type];
  if (!kind) throw new Error(`The column ${entity.tableName}.${column.databaseName} has the unsupported type ${type}`);
  const name = column.databaseName;
  const reference = entity.foreignKeys.find((key) => key.columns.some((own) => own.databaseName === name));
  return {
    name,
    kind,
    nullable: column.isNullable,
    ...(kind === 'char' && column.length ? { length: Number(column.length) } : {}),
    ...(kind === 'int' ? { bits: type === 'int' ? (32 as const) : (64 as const) } : {}),
    ...(column.default === undefined || column.default === null ? {} : { default: column.default as string }),
    ...(reference ? { references: reference.referencedEntityMetadata.tableName } : {}),
  };
}
