import type { Dialect } from '../dialect';

/** A rule of the schema that a row broke, in words of the schema: the engine's own message shows what the row holds. */
export interface BrokenRule {
  /** Of the constraint or index; the engine's code where it names none. */
  name: string;
  table: string | null;
  columns: string[];
  isUnique: boolean;
}

interface EngineError {
  code?: string;
  constraint?: string;
  table?: string;
  column?: string;
  message?: string;
}

/** null for an error that speaks of no rule. */
export function brokenRule(dialect: Dialect, error: unknown): BrokenRule | null {
  const found = (error as { driverError?: EngineError })?.driverError ?? (error as EngineError) ?? {};
  const { code = '', constraint, table, column, message = '' } = found;
  if (!/^2[23]\d{3}$|^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)/.test(code)) return null;
  const unique = dialect.uniqueViolation(error);
  const checked = /CHECK constraint failed: (\w+)/.exec(message)?.[1];
  const missing = /NOT NULL constraint failed: (\w+)\.(\w+)/.exec(message);
  const name = unique || constraint || checked || code;
  const entity = dialect.dataSource.entityMetadatas.find(
    ({ tableName }) => tableName === (table ?? missing?.[1]) || name.startsWith(`${tableName}_`),
  );
  const rule = [...(entity?.uniques ?? []), ...(entity?.indices ?? [])].find((one) => one.name === name);
  const columns = rule?.columns.map(({ databaseName }) => databaseName) ?? [column ?? missing?.[2] ?? []].flat();
  return { name, table: entity?.tableName ?? null, columns, isUnique: unique !== null };
}
