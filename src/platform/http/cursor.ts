import { z } from 'zod';
import { InvalidCursor } from './problems/http.errors';

type Scalar = string | number | boolean | null;

/** Writes and reads the cursors of one list in one sort order. A cursor is a text that a caller only sends back. */
export interface Keyset<T extends readonly Scalar[]> {
  /** Returns the cursor that continues after a row with these key values. */
  after(...values: T): string;
  /** Returns the key values to continue after, or null for the first page. @throws InvalidCursor (422) */
  read(cursor: string | undefined): T | null;
}

/**
 * Creates the cursors of a list: `const newestFirst = keyset('courses:newest', [z.iso.datetime(), z.int()])`. `read` checks the types
 * of the values, so that a forged cursor causes a 422 and not an SQL error. Two orders of a list must have two names. A cursor
 * grants no access, because the query of each page checks again what the caller may read.
 */
export function keyset<const S extends readonly z.ZodType<Scalar>[]>(
  name: string,
  shape: S,
): Keyset<{ -readonly [K in keyof S]: z.output<S[K]> }> {
  const cursorShape = z.tuple([z.literal(name), ...shape] as unknown as [z.ZodLiteral<string>, ...z.ZodType<Scalar>[]]);
  return {
    after: (...values) => Buffer.from(JSON.stringify([name, ...values])).toString('base64url'),
    read(cursor) {
      if (cursor === undefined) return null;
      const parsed = cursorShape.safeParse(decode(cursor));
      if (!parsed.success || parsed.data.some(isUnstorable)) throw new InvalidCursor();
      return parsed.data.slice(1) as never;
    },
  };
}

/** True for a text that the databases cannot store. PostgreSQL would fail if a query compared it. */
const isUnstorable = (value: Scalar): boolean =>
  typeof value === 'string' && (value.includes('\0') || !value.isWellFormed());

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
