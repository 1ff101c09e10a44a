import { NodeFault, type Header, type Node } from './node';

type Link = Pick<Header, 'number' | 'hash' | 'parentHash'>;

/**
 * The headers after `from` up to `head`, each the parent of the next. Those known before are not asked for again, unless
 * the chain has left them.
 * @throws NodeFault where they do not link: the chain moved while we looked, or two answers were of two chains
 */
export async function linkedHeaders(node: Node, from: Link, head: Header, known: readonly Link[]): Promise<Header[]> {
  const asHeaders = known.filter(({ number }) => number > from.number && number < head.number);
  const kept = new Map(asHeaders.map((link) => [link.number, { ...link, baseFeePerGas: 0n }]));
  const first = await complete(node, from, head, kept);
  if (isLinked(from, first)) return first;
  // A reorganisation: which of the known blocks left the chain is not worth finding out.
  const again = await complete(node, from, head, new Map());
  if (isLinked(from, again)) return again;
  throw new NodeFault('the headers do not link');
}

async function complete(node: Node, from: Link, head: Header, known: ReadonlyMap<number, Header>): Promise<Header[]> {
  if (head.number === from.number) return [];
  const between = Array.from({ length: head.number - from.number - 1 }, (_, index) => from.number + 1 + index);
  const headers = await Promise.all(between.map(async (number) => known.get(number) ?? node.block(number)));
  return [...headers, head];
}

function isLinked(from: Link, headers: readonly Header[]): boolean {
  return headers.every((header, at) => header.parentHash === (headers[at - 1] ?? from).hash);
}
