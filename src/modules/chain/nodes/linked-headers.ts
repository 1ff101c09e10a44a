import { NodeFault, type Header, type Node } from './node';

type Link = Pick<Header, 'number' | 'hash' | 'parentHash'>;

/**
 * The headers after `from` up to `head`, each the parent of the next. Known headers are requested again only if the chain no
 * longer contains them.
 * @throws NodeFault if they do not link: the chain changed during the poll, or two responses were of two chains
 */
export async function linkedHeaders(node: Node, from: Link, head: Header, known: readonly Link[]): Promise<Header[]> {
  const reusable = known.filter(({ number }) => number > from.number && number < head.number);
  const cached = new Map(reusable.map((link) => [link.number, { ...link, baseFeePerGas: 0n }]));
  const first = await fetchHeaders(node, from, head, cached);
  if (isLinked(from, first)) return first;
  // After a reorganisation all headers are requested, because finding out which ones changed would save little.
  const second = await fetchHeaders(node, from, head, new Map());
  if (isLinked(from, second)) return second;
  throw new NodeFault(`The headers of blocks ${from.number} to ${head.number} do not link to each other`);
}

async function fetchHeaders(
  node: Node,
  from: Link,
  head: Header,
  cached: ReadonlyMap<number, Header>,
): Promise<Header[]> {
  if (head.number === from.number) return [];
  const between = Array.from({ length: head.number - from.number - 1 }, (_, index) => from.number + 1 + index);
  const headers = await Promise.all(between.map(async (number) => cached.get(number) ?? node.block(number)));
  return [...headers, head];
}

function isLinked(from: Link, headers: readonly Header[]): boolean {
  return headers.every((header, index) => header.parentHash === (headers[index - 1] ?? from).hash);
}
