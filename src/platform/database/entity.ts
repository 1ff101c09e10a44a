import { Check, Column, ForeignKey, PrimaryGeneratedColumn, type ColumnOptions } from 'typeorm';

/** Columns of entities, in one spelling for both engines: the column's name is the property's, in snake case. */
interface Options {
  nullable?: boolean;
  default?: string | number | boolean;
  /** Not loaded and not written by repositories; only hand-written statements touch it. */
  guarded?: boolean;
}

export function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function column(type: ColumnOptions, options: Options): PropertyDecorator {
  const { guarded, ...rest } = options;
  const access = guarded ? { select: false, insert: false, update: false } : {};
  return (target, property) => Column({ ...type, ...rest, ...access, name: snake(String(property)) })(target, property);
}

/** bigint identity. Declared `int8`: with `bigint` TypeORM gives back new ids as text. */
export const Id = (): PropertyDecorator => PrimaryGeneratedColumn({ type: 'int8' });
export const Varchar = (length: number, options: Options = {}): PropertyDecorator =>
  column({ type: 'varchar', length }, options);
export const Text = (options: Options = {}): PropertyDecorator => column({ type: 'text' }, options);
export const Int = (options: Options = {}): PropertyDecorator => column({ type: 'int' }, options);
export const BigInteger = (options: Options = {}): PropertyDecorator => column({ type: 'int8' }, options);
export const Float = (options: Options = {}): PropertyDecorator => column({ type: 'float8' }, options);
export const Flag = (options: Options = {}): PropertyDecorator => column({ type: 'boolean' }, options);
/** Millisecond precision: what JavaScript, Django's dumps and SQLite's text all hold. */
export const Instant = (options: Options = {}): PropertyDecorator =>
  column({ type: 'timestamptz', precision: 3 }, options);
export const CalendarDate = (options: Options = {}): PropertyDecorator => column({ type: 'date' }, options);
export const Json = (options: Options = {}): PropertyDecorator => column({ type: 'jsonb' }, options);

/** An id of another table, with its foreign key: by entity name, so that no module has to import another for it. */
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

/** `column` holds one of `values`: the list in code is the constraint in the database. */
export const OneOf = (constraint: string, columnName: string, values: readonly string[]): ClassDecorator =>
  Check(constraint, isOneOf(columnName, values));

export function isOneOf(columnName: string, values: readonly string[]): string {
  return `"${columnName}" IN (${values.map((value) => `'${value}'`).join(', ')})`;
}
