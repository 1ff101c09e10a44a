import { z } from 'zod';
import { flag } from './parameters';

const longestCursor = 1_000;
const boolean = { type: 'boolean', default: false };

/** The query of a list: `{ limit, cursor?, withTotal }` and the filters of this list. Unknown names are refused. */
export function pageQuery<S extends z.ZodRawShape = Record<never, never>>(filters: S = {} as S) {
  return z.strictObject({
    limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'Items on a page' }),
    cursor: z.string().max(longestCursor).optional().meta({ description: 'The `nextCursor` of the page before' }),
    withTotal: flag
      .default(false)
      .meta({ description: 'Count all items too: costs a query more', documentedAs: boolean }),
    ...filters,
  });
}

export const PageInfo = z
  .strictObject({
    nextCursor: z.string().nullable().meta({ description: 'Send as `cursor` for the next page; null on the last' }),
    hasMore: z.boolean(),
    total: z.int().min(0).optional().meta({ description: 'With `withTotal=true` only' }),
  })
  .meta({ id: 'PageInfo', examples: [{ nextCursor: 'WyJuZXdlc3QiLDQyXQ', hasMore: true }] });

export interface Page<T> {
  data: T[];
  page: z.output<typeof PageInfo>;
}

/** The answer of a list, a named component: `pageOf(Course, 'CoursePage')`. */
export function pageOf<T extends z.ZodType>(item: T, name: string) {
  const examples = z.globalRegistry.get(item)?.examples as z.output<T>[] | undefined;
  const example = examples?.length
    ? { data: examples.slice(0, 1), page: { nextCursor: null, hasMore: false } }
    : undefined;
  const schema = z.strictObject({ data: z.array(item), page: PageInfo });
  return schema.meta({ id: name, ...(example ? { examples: [example as never] } : {}) });
}

/**
 * A page from up to `limit + 1` rows: the one too many only says that there are more.
 * `cursorAfter` gives the cursor of the last row shown.
 */
export function toPage<Row, T = Row>(
  rows: Row[],
  limit: number,
  cursorAfter: (last: Row) => string,
  show: (row: Row) => T = (row) => row as unknown as T,
  total?: number,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit;
  const nextCursor = hasMore && last !== undefined ? cursorAfter(last) : null;
  return {
    data: shown.map((row) => show(row)),
    page: { nextCursor, hasMore, ...(total === undefined ? {} : { total }) },
  };
}
