import { NodeFault, type Header, type Node } from './node';

type Link = Pick<Header, 'number' | 'hash' | 'parentHash'>;

/**
 * Reads the headers after `from` up to `head`, each of which is the parent of the next. Known headers are requested again only if the chain
 * no longer contains them.
 * @throws NodeFault if the headers do not link, because the chain changed during the poll or the responses are of different chains
 */
export async function readLinkedHeaders(
  node: Node,
  from: Link,
  head: Header,
  known: readonly Link[],
): Promise<Header[]> {
  const reusable = known.filter(({ number }) => number > from.number && number < head.number);
  const cached = new Map(reusable.map((link) => [link.number, { ...link, baseFeePerGas: 0n }]));
  const withKnownHeaders = await fetchHeaders(node, from, head, cached);
  if (isLinked(from, withKnownHeaders)) return withKnownHeaders;
  // After a reorganisation all headers are requested, because finding out which ones changed would save little.
  const freshHeaders = await fetchHeaders(node, from, head, new Map());
  if (isLinked(from, freshHeaders)) return freshHeaders;
  throw new NodeFault(`The headers of blocks ${from.number} to ${head.number} do not link to each other`);
}

async function fetchHeaders(
  node: Node,
  from: Link,
  head: Header,
  cached: ReadonlyMap<number, Header>,
): Promise<Header[]> {
  if (head.number === from.number) return [];
  const numbersBetween = Array.from({ length: head.number - from.number - 1 }, (_, index) => from.number + 1 + index);
  const headers = await Promise.all(numbersBetween.map(async (number) => cached.get(number) ?? node.getHeader(number)));
  return [...headers, head];
}

function isLinked(from: Link, headers: readonly Header[]): boolean {
  return headers.every((header, index) => {
    const parent = headers[index - 1] ?? from;
    return header.parentHash === parent.hash;
  });
}
