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

/** A table that exists on both sides, as PostgreSQL describes it. */
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

export interface TableDescription {
  name: string;
  columns: { name: string; type: string; nullable: boolean; length: number | null; generated: boolean }[];
  key: string[] | null;
  sequence: { name: string; column: string } | null;
  caseless: string[] | null;
  foreignKeys: Table['foreignKeys'] | null;
  triggered: boolean;
}

/** The table with the migrations that ran. It is compared, not moved. */
export const migrationsTable = 'platform_migration';

/** The columns of the other side, by table. */
export type ColumnNamesByTable = Map<string, string[]>;

/** Pairs the tables of both sides, and reports tables and columns that only one side has. */
export function pairTables(
  described: readonly TableDescription[],
  others: ColumnNamesByTable,
): { tables: Table[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const seen = new Set(described.map(({ name }) => name));
  for (const name of others.keys()) if (!seen.has(name)) problems.push(onlyOnOneSide(name));
  const tables = described.flatMap((one) => {
    const columns = others.get(one.name);
    if (!columns) problems.push(onlyOnOneSide(one.name));
    return columns ? [toTable(one, columns, problems)] : [];
  });
  return { tables, problems };
}

const onlyOnOneSide = (name: string): Problem => ({
  place: name,
  what: 'only one of the databases has this table, because this program does not have its migration',
});

function toTable(one: TableDescription, others: readonly string[], problems: Problem[]): Table {
  const stored = one.columns.filter(({ generated }) => !generated);
  for (const name of others.filter((other) => !one.columns.some((column) => column.name === other)))
    problems.push({ place: `${one.name}.${name}`, what: 'the PostgreSQL database does not have this column' });
  const columns = stored.map(({ name, type, nullable, length }): Column => {
    const kind = kindsByType[type];
    if (!kind) problems.push({ place: `${one.name}.${name}`, what: `columns of the type ${type} cannot be moved` });
    if (!others.includes(name))
      problems.push({ place: `${one.name}.${name}`, what: 'the SQLite database does not have this column' });
    return { name, type, nullable, length, kind: kind ?? 'text' };
  });
  const named = (names: readonly string[]): Column[] => columns.filter(({ name }) => names.includes(name));
  const key = (one.key ?? []).flatMap((name) => named([name]));
  if (key.length === 0)
    problems.push({ place: one.name, what: 'the table has no primary key, so its rows cannot be compared' });
  const { name, sequence, triggered } = one;
  return {
    name,
    columns,
    key,
    sequence,
    triggered,
    caseless: named(one.caseless ?? []),
    foreignKeys: one.foreignKeys ?? [],
  };
}
