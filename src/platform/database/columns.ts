/** Converts a value that a hand-written statement returned, so that both engines give the same type. */
export type Decode<T> = (value: unknown) => T;
export type Shape = Record<string, Decode<unknown>>;
export type Row<S extends Shape> = { [K in keyof S]: S[K] extends Decode<infer T> ? T : never };

/** A whole number. SQLite returns numbers; pg parses bigint and count() to numbers, but returns sum() as text. */
export const int: Decode<number> = (value) => (typeof value === 'number' ? value : Number(value));
export const float: Decode<number> = int;
export const text: Decode<string> = (value) => value as string;
/** SQLite has no booleans. It returns 0 and 1. */
export const bool: Decode<boolean> = (value) => value === true || value === 1;
/** SQLite stores an instant as UTC text `YYYY-MM-DD HH:MM:SS.sss`, because such texts sort by time. */
export const instant: Decode<Date> = (value) =>
  value instanceof Date ? value : new Date(`${(value as string).replace(' ', 'T')}Z`);
/** A calendar date, `YYYY-MM-DD`, on both engines. */
export const date: Decode<string> = (value) => value as string;
/** SQLite stores JSON as text. */
export const json: Decode<unknown> = (value) => (typeof value === 'string' ? JSON.parse(value) : value);
export const jsonOf = <T>(): Decode<T> => json as Decode<T>;
export const textOf = <T extends string>(): Decode<T> => text as Decode<T>;
export const nullable =
  <T>(decode: Decode<T>): Decode<T | null> =>
  (value) =>
    value === null || value === undefined ? null : decode(value);

/** Decodes rows. A column name with capitals must be quoted in the statement (`AS "createdAt"`). */
export function decodeRows<S extends Shape>(shape: S, rows: Record<string, unknown>[]): Row<S>[] {
  const columns = Object.entries(shape);
  return rows.map((row) => {
    const decoded: Record<string, unknown> = {};
    for (const [name, decode] of columns) decoded[name] = decode(row[name]);
    return decoded as Row<S>;
  });
}

export type Value = string | number | bigint | boolean | Date | null | undefined | Buffer | object;

/** The text that SQLite stores for an instant. */
export function sqliteInstant(value: Date): string {
  return value.toISOString().replace('T', ' ').replace('Z', '');
}
