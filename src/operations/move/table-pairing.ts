import type { Kind } from './column-values';
import { kindsByType } from './column-values';
import type { Problem } from './move.errors';

export interface Column {
  name: string;
  /** PostgreSQL's name of the type. */
  type: string;
  kind: Kind;
  nullable: boolean;
  /** Characters a varchar may hold. */
  length: number | null;
}

/** A table that both sides have, as PostgreSQL describes it. */
export interface Table {
  name: string;
  columns: Column[];
  /** Columns of the primary key, in its order. */
  key: Column[];
  /** The sequence that gives its next id, if one does. */
  sequence: { name: string; column: string } | null;
  /** Columns whose lower case is unique. */
  caseless: Column[];
  foreignKeys: { name: string; columns: string[]; parent: string; parentColumns: string[] }[];
  /** Has triggers of its own. */
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

/** The list of migrations that ran: compared, not moved. */
export const migrationsTable = 'platform_migration';

/** What the other side has, by table. */
export type ColumnNamesByTable = Map<string, string[]>;

/** The tables of both sides, and what one side has and the other lacks. */
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
  what: 'only one of the two databases has this table: this program does not know its migration',
});

function toTable(one: TableDescription, others: readonly string[], problems: Problem[]): Table {
  const stored = one.columns.filter(({ generated }) => !generated);
  for (const name of others.filter((other) => !one.columns.some((column) => column.name === other)))
    problems.push({ place: `${one.name}.${name}`, what: 'PostgreSQL has no such column' });
  const columns = stored.map(({ name, type, nullable, length }): Column => {
    const kind = kindsByType[type];
    if (!kind) problems.push({ place: `${one.name}.${name}`, what: `the type ${type} cannot be moved` });
    if (!others.includes(name)) problems.push({ place: `${one.name}.${name}`, what: 'SQLite has no such column' });
    return { name, type, nullable, length, kind: kind ?? 'text' };
  });
  const named = (names: readonly string[]): Column[] => columns.filter(({ name }) => names.includes(name));
  const key = (one.key ?? []).flatMap((name) => named([name]));
  if (key.length === 0) problems.push({ place: one.name, what: 'without a primary key its rows cannot be compared' });
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
