import { Check, Column, ForeignKey, PrimaryGeneratedColumn, type ColumnOptions } from 'typeorm';

/*
 * Column decorators of entities, for both engines. The column's name is the property's name in snake case.
 */

interface Options {
  nullable?: boolean;
  default?: string | number | boolean;
  /** Repositories neither load nor write the column; only hand-written statements do. */
  guarded?: boolean;
}

export function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function column(type: ColumnOptions, options: Options): PropertyDecorator {
  const { guarded, ...rest } = options;
  const access = guarded ? { select: false, insert: false, update: false } : {};
  return (target, property) =>
    Column({ ...type, ...rest, ...access, name: toSnakeCase(String(property)) })(target, property);
}

/** A bigint identity column. Its type is `int8`, because TypeORM returns new ids of a `bigint` as text. */
export const Id = (): PropertyDecorator => PrimaryGeneratedColumn({ type: 'int8' });
export const Varchar = (length: number, options: Options = {}): PropertyDecorator =>
  column({ type: 'varchar', length }, options);
export const Text = (options: Options = {}): PropertyDecorator => column({ type: 'text' }, options);
export const Int = (options: Options = {}): PropertyDecorator => column({ type: 'int' }, options);
export const BigInteger = (options: Options = {}): PropertyDecorator => column({ type: 'int8' }, options);
export const Float = (options: Options = {}): PropertyDecorator => column({ type: 'float8' }, options);
export const Flag = (options: Options = {}): PropertyDecorator => column({ type: 'boolean' }, options);
/** An instant with millisecond precision, because JavaScript, Django's dumps and SQLite's texts have no more. */
export const Instant = (options: Options = {}): PropertyDecorator =>
  column({ type: 'timestamptz', precision: 3 }, options);
export const CalendarDate = (options: Options = {}): PropertyDecorator => column({ type: 'date' }, options);
export const Json = (options: Options = {}): PropertyDecorator => column({ type: 'jsonb' }, options);

/** An id of another table, with its foreign key. The other entity is a name and not a class, so that modules need no import for it. */
export function Reference(
  entity: string,
  constraint: string,
  onDelete: 'CASCADE' | 'RESTRICT' | 'SET NULL',
  options: Options = {},
): PropertyDecorator {
  return (target, property) => {
    BigInteger(options)(target, property);
    ForeignKey(entity, { name: constraint, onDelete })(target, property);
  };
}

/** A check constraint: the column holds one of `values`. */
export const OneOf = (constraint: string, columnName: string, values: readonly string[]): ClassDecorator =>
  Check(constraint, isOneOf(columnName, values));

export function isOneOf(columnName: string, values: readonly string[]): string {
  return `"${columnName}" IN (${values.map((value) => `'${value}'`).join(', ')})`;
}
