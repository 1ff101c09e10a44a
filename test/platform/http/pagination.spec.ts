import fc from 'fast-check';
import { z } from 'zod';
import { keyset } from '../../../src/platform/http/cursor';
import { InvalidCursor } from '../../../src/platform/http/problems/http.errors';
import { toPage } from '../../../src/platform/http/pagination';
import { openGallery, type Gallery } from './gallery';

const newest = keyset('newest', [z.iso.datetime(), z.int()]);
const after = (row: { id: number }): string => `after ${row.id}`;
const rows = (count: number) => Array.from({ length: count }, (_, i) => ({ id: i + 1 }));

describe('a cursor', () => {
  test('a cursor returns exactly the values it was made of', () => {
    const named = keyset('named', [z.string(), z.int().nullable(), z.boolean()]);
    const values = fc.tuple(fc.string({ unit: 'grapheme' }), fc.option(fc.maxSafeInteger()), fc.boolean());
    fc.assert(
      fc.property(values, (value) => {
        fc.pre(!value[0].includes('\0'));
        expect(named.read(named.after(...value))).toEqual(value);
      }),
    );
  });

  test('reading without a cursor returns null, which means the first page', () => {
    expect(newest.read(undefined)).toBeNull();
  });

  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  test.each([
    ['of another list', keyset('oldest', [z.iso.datetime(), z.int()]).after('2026-01-01T00:00:00Z', 1)],
    ['with a value of another type', encoded(['newest', '2026-01-01T00:00:00Z', '1; DROP TABLE'])],
    ['with a value too few', encoded(['newest', '2026-01-01T00:00:00Z'])],
    ['with a value too many', encoded(['newest', '2026-01-01T00:00:00Z', 1, 2])],
    ['that is no list', encoded({ newest: 1 })],
    ['that is not JSON', 'bm8'],
    ['that is empty', ''],
  ])('a cursor %s is refused', (_, cursor) => {
    expect(() => newest.read(cursor)).toThrow(InvalidCursor);
  });

  test('a cursor with U+0000 in a text is refused', () => {
    const named = keyset('named', [z.string()]);
    expect(() => named.read(named.after('a\0'))).toThrow(InvalidCursor);
  });
});

describe('a page', () => {
  test.each([
    [0, 2, [], null],
    [2, 2, [1, 2], null],
    [3, 2, [1, 2], 'after 2'],
  ])(
    'a page of %i found rows with a limit of %i has the right rows and next cursor',
    (found, limit, shown, nextCursor) => {
      const page = toPage(rows(found), limit, after, ({ id }) => id);
      expect(page).toEqual({ data: shown, page: { nextCursor, hasMore: nextCursor !== null } });
    },
  );

  test('a page contains the total when it was counted', () => {
    expect(toPage(rows(1), 2, after, ({ id }) => id, 41).page.total).toBe(41);
  });
});

describe('a list', () => {
  let gallery: Gallery;
  beforeAll(async () => {
    gallery = await openGallery();
  });
  afterAll(() => gallery.app.close());

  test('following nextCursor reads each item of a list once', async () => {
    const seen: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const url: string = `/api/v1/paintings?limit=2${cursor && `&cursor=${cursor}`}`;
      const page: { data: { id: number }[]; page: { nextCursor: string | null } } = (await gallery.ask({ url })).json();
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.page.nextCursor;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });
});
