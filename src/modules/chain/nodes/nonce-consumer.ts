import type { AttemptKind } from './attempt-kind';
import { topicOf, transferTopic } from './chain-view';
import { NodeFault, type Node, type Receipt } from './node';

export interface SignedTransaction {
  kind: AttemptKind;
  txHash: string;
}

/** The transaction that used a nonce, as a final block shows it. */
export interface NonceConsumer {
  txHash: string;
  /** Null if the school did not sign it. */
  kind: AttemptKind | null;
  succeeded: boolean;
  /** Whether it moved tokens out of the treasury. */
  movesTokens: boolean;
}

/** The account whose nonce was used, and the blocks to search: after `after`, up to `finalNumber`. */
export interface NonceSearch {
  contract: string;
  treasury: string;
  after: number;
  finalNumber: number;
}

/** @throws NodeFault if the node does not show the transaction: a missing receipt proves nothing */
export async function findConsumer(
  node: Node,
  nonce: number,
  attempts: readonly SignedTransaction[],
  search: NonceSearch,
): Promise<NonceConsumer> {
  const receipts = await Promise.all(attempts.map(({ txHash }) => node.receipt(txHash)));
  const index = receipts.findIndex((receipt) => receipt !== null && receipt.blockNumber <= search.finalNumber);
  const [receipt, attempt] = [receipts[index], attempts[index]];
  if (receipt && attempt) return consumerFrom(node, receipt, attempt.kind, search);
  const txHash = await findTransaction(node, nonce, search);
  const foreign = attempts.some((one) => one.txHash === txHash) ? null : await node.receipt(txHash);
  if (!foreign) throw new NodeFault(`The node has no receipt of transaction ${txHash}, which is in a final block`);
  return consumerFrom(node, foreign, null, search);
}

async function consumerFrom(
  node: Node,
  { blockNumber, blockHash, transactionHash: txHash, status, logs }: Receipt,
  kind: AttemptKind | null,
  { contract, treasury }: NonceSearch,
): Promise<NonceConsumer> {
  if ((await node.block(blockNumber)).hash !== blockHash)
    throw new NodeFault(`The receipt of transaction ${txHash} names a block that is not on the chain`);
  const movesTokens = logs.some(
    ({ address, topics: [event, from] }) =>
      address === contract && event === transferTopic && from === topicOf(treasury),
  );
  return { txHash, kind, succeeded: status === 1, movesTokens };
}

/** Binary search for the first block after which the account has used the nonce; the transaction is in that block. */
async function findTransaction(node: Node, nonce: number, { treasury, ...blocks }: NonceSearch): Promise<string> {
  let [before, after] = [blocks.after, blocks.finalNumber];
  if ((await node.nonce(treasury, before)) > nonce)
    throw new NodeFault(`Nonce ${nonce} was used at or before block ${before}, where the search begins`);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if ((await node.nonce(treasury, middle)) > nonce) after = middle;
    else before = middle;
  }
  const { transactions } = await node.transactions(after);
  const found = transactions.find((transaction) => transaction.from === treasury && transaction.nonce === nonce);
  if (!found) throw new NodeFault(`Block ${after} does not contain the transaction that used nonce ${nonce}`);
  return found.hash;
}
