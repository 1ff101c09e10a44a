import type { Dialect } from '../dialect';

/** A constraint that a row violates, described by the schema only, because the engine's own message contains values of the row. */
export interface ConstraintViolation {
  /** The name of the constraint or index, or the engine's error code if it names none. */
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

/** Null if the error is not the violation of a constraint. */
export function constraintViolationOf(dialect: Dialect, error: unknown): ConstraintViolation | null {
  const engineError = (error as { driverError?: EngineError })?.driverError ?? (error as EngineError) ?? {};
  const { code = '', constraint, table, column, message = '' } = engineError;
  if (!/^2[23]\d{3}$|^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)/.test(code)) return null;
  const uniqueName = dialect.uniqueViolation(error);
  const checkName = /CHECK constraint failed: (\w+)/.exec(message)?.[1];
  const notNull = /NOT NULL constraint failed: (\w+)\.(\w+)/.exec(message);
  const name = uniqueName || constraint || checkName || code;
  const entity = dialect.dataSource.entityMetadatas.find(
    ({ tableName }) => tableName === (table ?? notNull?.[1]) || name.startsWith(`${tableName}_`),
  );
  const constraints = [...(entity?.uniques ?? []), ...(entity?.indices ?? [])];
  const violated = constraints.find((each) => each.name === name);
  const columns = violated?.columns.map(({ databaseName }) => databaseName) ?? [column ?? notNull?.[2] ?? []].flat();
  return { name, table: entity?.tableName ?? null, columns, isUnique: uniqueName !== null };
}
