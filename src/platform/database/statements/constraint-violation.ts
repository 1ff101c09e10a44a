import type { EntityMetadata } from 'typeorm';
import type { Dialect } from '../dialect';

/** A constraint that a row violates. It is described only by names of the schema, because the engine's message contains values of the row. */
interface ConstraintViolation {
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

/** PostgreSQL's classes 22 (data exception) and 23 (integrity constraint violation), and SQLite's codes for the same errors. */
const violationCodes = /^2[23]\d{3}$|^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)/;

/** @returns null if the error is not the violation of a constraint */
export function constraintViolationOf(dialect: Dialect, error: unknown): ConstraintViolation | null {
  const engineError = (error as { driverError?: EngineError })?.driverError ?? (error as EngineError) ?? {};
  const { code = '', constraint, message = '' } = engineError;
  if (!violationCodes.test(code)) return null;
  // SQLite names the constraint, the table and the column only in its message.
  const checkName = /CHECK constraint failed: (\w+)/.exec(message)?.[1];
  const [, notNullTable, notNullColumn] = /NOT NULL constraint failed: (\w+)\.(\w+)/.exec(message) ?? [];
  const uniqueName = dialect.uniqueViolation(error);
  const name = uniqueName || constraint || checkName || code;
  const table = engineError.table ?? notNullTable;
  const entity = dialect.dataSource.entityMetadatas.find(
    ({ tableName }) => tableName === table || name.startsWith(`${tableName}_`),
  );
  const columns = columnsOfConstraint(entity, name) ?? withoutUndefined(engineError.column ?? notNullColumn);
  return { name, table: entity?.tableName ?? null, columns, isUnique: uniqueName !== null };
}

function columnsOfConstraint(entity: EntityMetadata | undefined, name: string): string[] | undefined {
  const constraints = [...(entity?.uniques ?? []), ...(entity?.indices ?? [])];
  const violated = constraints.find((constraint) => constraint.name === name);
  return violated?.columns.map(({ databaseName }) => databaseName);
}

const withoutUndefined = (column: string | undefined): string[] => (column === undefined ? [] : [column]);
