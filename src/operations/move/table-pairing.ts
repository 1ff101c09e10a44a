import type { Kind } from './column-values';
import { kindsByType } from './column-values';
import type { Problem } from './move.errors';

export interface Column {
  name: string;
  /** The PostgreSQL name of the type. */
  type: string;
  kind: Kind;
  nullable: boolean;
  /** The maximum length of a varchar in characters. */
  length: number | null;
}

/** A table that exists in both databases, as PostgreSQL describes it. */
export interface Table {
  name: string;
  columns: Column[];
  /** The columns of the primary key in order. */
  key: Column[];
  /** The sequence of its ids, if it has one. */
  sequence: { name: string; column: string } | null;
  /** Columns with a unique index over their lower case. */
  caseless: Column[];
  foreignKeys: { name: string; columns: string[]; parent: string; parentColumns: string[] }[];
  /** Whether the table has triggers. */
  triggered: boolean;
}

/** A table as the catalogue of PostgreSQL describes it. */
export interface TableDescription {
  name: string;
  columns: { name: string; type: string; nullable: boolean; length: number | null; generated: boolean }[];
  key: string[] | null;
  sequence: { name: string; column: string } | null;
  caseless: string[] | null;
  foreignKeys: Table['foreignKeys'] | null;
  triggered: boolean;
}

/** The table with the migrations that ran. Its rows are compared, but not moved. */
export const migrationsTable = 'platform_migration';

/** The column names of the SQLite database, by table. */
export type ColumnNamesByTable = Map<string, string[]>;

/** Pairs the tables of PostgreSQL with those of SQLite, and reports tables and columns that only one of the databases has. */
export function pairTables(
  descriptions: readonly TableDescription[],
  sqliteColumns: ColumnNamesByTable,
): { tables: Table[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const postgresNames = new Set(descriptions.map(({ name }) => name));
  for (const name of sqliteColumns.keys()) if (!postgresNames.has(name)) problems.push(toUnpairedProblem(name));
  const tables: Table[] = [];
  for (const description of descriptions) {
    const columnNames = sqliteColumns.get(description.name);
    if (columnNames) tables.push(toTable(description, columnNames, problems));
    else problems.push(toUnpairedProblem(description.name));
  }
  return { tables, problems };
}

const toUnpairedProblem = (name: string): Problem => ({
  place: name,
  reason: 'only one of the databases has this table, because this program does not have its migration',
});

/** Adds the problems of the columns to `problems`. */
function toTable(description: TableDescription, sqliteColumns: readonly string[], problems: Problem[]): Table {
  const { name: table, sequence, triggered } = description;
  const postgresColumns = new Set(description.columns.map(({ name }) => name));
  for (const name of sqliteColumns)
    if (!postgresColumns.has(name))
      problems.push({ place: `${table}.${name}`, reason: 'the PostgreSQL database does not have this column' });
  // Generated columns are not copied, because the target computes them.
  const storedColumns = description.columns.filter(({ generated }) => !generated);
  const columns = storedColumns.map(({ name, type, nullable, length }): Column => {
    const kind = kindsByType[type];
    if (!kind) problems.push({ place: `${table}.${name}`, reason: `columns of the type ${type} cannot be moved` });
    if (!sqliteColumns.includes(name))
      problems.push({ place: `${table}.${name}`, reason: 'the SQLite database does not have this column' });
    return { name, type, nullable, length, kind: kind ?? 'text' };
  });
  const key = (description.key ?? []).flatMap((keyName) => columns.filter(({ name }) => name === keyName));
  if (key.length === 0)
    problems.push({ place: table, reason: 'the table has no primary key, so its rows cannot be compared' });
  const caselessNames = description.caseless ?? [];
  const caseless = columns.filter(({ name }) => caselessNames.includes(name));
  return { name: table, columns, key, sequence, triggered, caseless, foreignKeys: description.foreignKeys ?? [] };
}
