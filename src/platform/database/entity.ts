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

function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * A decorator that accepts only properties that can hold exactly the values of the column: `V`, and null if the column is nullable.
 * So the type of a property and the type of its column cannot differ.
 */
type ColumnDecorator<V, O> = <E extends object, P extends keyof E>(
  target: E,
  property: P & (Holds<E[P], V, O> extends true ? P : never),
) => void;
type Holds<T, V, O> = [T, IsNullable<T>] extends [V | null, O extends { nullable: true } ? true : false] ? true : false;
type IsNullable<T> = null extends T ? true : false;
type None = Record<never, never>;

function column<V, O extends Options>(type: ColumnOptions, options: O | undefined): ColumnDecorator<V, O> {
  const { guarded, ...rest }: Options = options ?? {};
  const access = guarded ? { select: false, insert: false, update: false } : {};
  return (target, property) =>
    Column({ ...type, ...rest, ...access, name: toSnakeCase(String(property)) })(target, property as string);
}

/** A bigint identity column. Its type is `int8`, because TypeORM returns new ids of a `bigint` as text. */
export const Id = (): PropertyDecorator => PrimaryGeneratedColumn({ type: 'int8' });
export const Varchar = <const O extends Options = None>(length: number, options?: O): ColumnDecorator<string, O> =>
  column({ type: 'varchar', length }, options);
export const Text = <const O extends Options = None>(options?: O): ColumnDecorator<string, O> =>
  column({ type: 'text' }, options);
export const Int = <const O extends Options = None>(options?: O): ColumnDecorator<number, O> =>
  column({ type: 'int' }, options);
export const BigInteger = <const O extends Options = None>(options?: O): ColumnDecorator<number, O> =>
  column({ type: 'int8' }, options);
export const Float = <const O extends Options = None>(options?: O): ColumnDecorator<number, O> =>
  column({ type: 'float8' }, options);
export const Flag = <const O extends Options = None>(options?: O): ColumnDecorator<boolean, O> =>
  column({ type: 'boolean' }, options);
/** An instant with millisecond precision, because JavaScript, Django's dumps and SQLite's texts have no more. */
export const Instant = <const O extends Options = None>(options?: O): ColumnDecorator<Date, O> =>
  column({ type: 'timestamptz', precision: 3 }, options);
export const CalendarDate = <const O extends Options = None>(options?: O): ColumnDecorator<string, O> =>
  column({ type: 'date' }, options);
export const Json = <const O extends Options = None>(options?: O): ColumnDecorator<object, O> =>
  column({ type: 'jsonb' }, options);

/** An id of another table, with its foreign key. The other entity is a name and not a class, so that modules need no import for it. */
export function Reference<const O extends Options = None>(
  entity: string,
  constraint: string,
  onDelete: 'CASCADE' | 'RESTRICT' | 'SET NULL',
  options?: O,
): ColumnDecorator<number, O> {
  return (target, property) => {
    BigInteger(options)(target, property);
    ForeignKey(entity, { name: constraint, onDelete })(target, property as string);
  };
}

/** A check constraint: the column holds one of `values`. */
export const OneOf = (constraint: string, columnName: string, values: readonly string[]): ClassDecorator =>
  Check(constraint, isOneOf(columnName, values));

export function isOneOf(columnName: string, values: readonly string[]): string {
  return `"${columnName}" IN (${values.map((value) => `'${value}'`).join(', ')})`;
}
