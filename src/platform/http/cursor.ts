import { z } from 'zod';
import { InvalidCursor } from './http.errors';

type Scalar = string | number | boolean | null;

/** One order of one list: writes and reads its cursors, opaque to the caller. */
export interface Keyset<T extends readonly Scalar[]> {
  /** The cursor that continues after a row with these key values. */
  after(...values: T): string;
  /** The key values to continue after; null for the first page. Throws InvalidCursor (422). */
  read(cursor: string | undefined): T | null;
}

/**
 * `const newestFirst = keyset('courses:newest', [z.iso.datetime(), z.int()])`. The shape is checked on reading, so
 * that a made-up cursor is the caller's mistake (422) and not an SQL error. Put into the name what changes the order;
 * a cursor carries no rights, it only says where to go on: each page is filtered for its reader again.
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
      if (!parsed.success || parsed.data.some(unstorable)) throw new InvalidCursor();
      return parsed.data.slice(1) as never;
    },
  };
}

const unstorable = (value: Scalar): boolean =>
  typeof value === 'string' && (value.includes('\0') || !value.isWellFormed());

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
