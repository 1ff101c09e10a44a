import { z } from 'zod';
import { dateTime, flag } from './parameters';

const maxCursorLength = 1_000;
const dateTimeSchema = { type: 'string', format: 'date-time' };
const booleanSchema = { type: 'boolean', default: false };

/** The query schema of a list: `{ limit, cursor?, withTotal }` and the list's filters. Unknown names are refused. */
export function pageQuery<S extends z.ZodRawShape = Record<never, never>>(filters: S = {} as S) {
  return z.strictObject({
    limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'Items on a page' }),
    cursor: z.string().max(maxCursorLength).optional().meta({ description: 'The `nextCursor` of the previous page' }),
    withTotal: flag
      .default(false)
      .meta({ description: 'Also count all items, which costs one more query', documentedAs: booleanSchema }),
    ...filters,
  });
}

const instant = dateTime.transform((text) => new Date(text)).optional();

/**
 * The filters `from` and `to` of a list whose items have a time: `...timeRange('created')`. For one day, a client sends the beginning
 * of the day as `from` and the beginning of the next day as `to`, so that no item is in two days.
 */
export const timeRange = (happened: string) => ({
  from: instant.meta({ description: `Only items ${happened} at this time or later`, documentedAs: dateTimeSchema }),
  to: instant.meta({ description: `Only items ${happened} before this time`, documentedAs: dateTimeSchema }),
});

export const PageInfo = z
  .strictObject({
    nextCursor: z.string().nullable().meta({ description: 'The `cursor` of the next page, null on the last page' }),
    hasMore: z.boolean(),
    total: z.int().min(0).optional().meta({ description: 'Present only with `withTotal=true`' }),
  })
  .meta({ id: 'PageInfo', examples: [{ nextCursor: 'WyJuZXdlc3QiLDQyXQ', hasMore: true }] });

export interface Page<T> {
  data: T[];
  page: z.output<typeof PageInfo>;
}

/** The response schema of a list, as a named component: `pageOf(Course, 'CoursePage')`. */
export function pageOf<T extends z.ZodType>(item: T, name: string) {
  const itemExamples = z.globalRegistry.get(item)?.examples as z.output<T>[] | undefined;
  const schema = z.strictObject({ data: z.array(item), page: PageInfo });
  if (!itemExamples?.length) return schema.meta({ id: name });
  const example = { data: itemExamples.slice(0, 1), page: { nextCursor: null, hasMore: false } };
  return schema.meta({ id: name, examples: [example as never] });
}

/**
 * Builds a page from up to `limit + 1` rows. The extra row only shows that there is a next page. `cursorAfter` returns the cursor
 * that continues after the last row of this page, and `show` converts a row to an item of the response.
 */
export function toPage<Row, T = Row>(
  rows: Row[],
  limit: number,
  cursorAfter: (last: Row) => string,
  show: (row: Row) => T = (row) => row as unknown as T,
  total?: number,
): Page<T> {
  const pageRows = rows.slice(0, limit);
  const lastRow = pageRows.at(-1);
  const hasMore = rows.length > limit;
  const nextCursor = hasMore && lastRow !== undefined ? cursorAfter(lastRow) : null;
  const page: Page<T>['page'] = { nextCursor, hasMore };
  if (total !== undefined) page.total = total;
  return { data: pageRows.map((row) => show(row)), page };
}
