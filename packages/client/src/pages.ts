import type { Values } from './operation-facts.ts';

interface Page {
  data: unknown[];
  page: { nextCursor: string | null; hasMore: boolean };
}

/** The pages of a list, each read when the loop asks for it. */
export async function* pagesOf(
  readPage: (values: Values) => Promise<Page>,
  values: Values,
): AsyncGenerator<Page, void, undefined> {
  let cursor = values['cursor'];
  for (;;) {
    const page = await readPage({ ...values, cursor });
    yield page;
    if (!page.page.hasMore) return;
    cursor = page.page.nextCursor;
  }
}

/** The items of all pages. */
export async function* itemsOf(pages: AsyncIterable<Page>): AsyncGenerator<unknown, void, undefined> {
  for await (const { data } of pages) yield* data;
}
