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

/** The account whose nonce was used, and the blocks to search: those after `afterNumber`, up to `finalNumber`. */
export interface NonceSearch {
  contract: string;
  treasury: string;
  afterNumber: number;
  finalNumber: number;
}

/**
 * Finds the transaction that used the nonce. First the receipts of the attempts are read, because that is cheaper than a search.
 * @throws NodeFault if the node does not show the transaction, because a missing receipt proves nothing
 */
export async function findConsumer(
  node: Node,
  nonce: number,
  attempts: readonly SignedTransaction[],
  search: NonceSearch,
): Promise<NonceConsumer> {
  const receipts = await Promise.all(attempts.map(({ txHash }) => node.findReceipt(txHash)));
  const finalIndex = receipts.findIndex((receipt) => receipt !== null && receipt.blockNumber <= search.finalNumber);
  const receipt = receipts[finalIndex];
  const attempt = attempts[finalIndex];
  if (receipt && attempt) return toConsumer(node, receipt, attempt.kind, search);
  const txHash = await findTransactionHash(node, nonce, search);
  const isOwn = attempts.some((ownAttempt) => ownAttempt.txHash === txHash);
  // For an attempt of the school the node returned no receipt above, so that it would contradict itself.
  const foreignReceipt = isOwn ? null : await node.findReceipt(txHash);
  if (!foreignReceipt)
    throw new NodeFault(`The node has no receipt of transaction ${txHash}, which is in a final block`);
  return toConsumer(node, foreignReceipt, null, search);
}

async function toConsumer(
  node: Node,
  { blockNumber, blockHash, transactionHash: txHash, status, logs }: Receipt,
  kind: AttemptKind | null,
  { contract, treasury }: NonceSearch,
): Promise<NonceConsumer> {
  const header = await node.getHeader(blockNumber);
  if (header.hash !== blockHash)
    throw new NodeFault(`The receipt of transaction ${txHash} names a block that is not on the chain`);
  const movesTokens = logs.some(({ address, topics: [event, sender] }) => {
    return address === contract && event === transferTopic() && sender === topicOf(treasury);
  });
  return { txHash, kind, succeeded: status === 1, movesTokens };
}

/** A binary search finds the first block at which the account has used the nonce. The transaction is in that block. */
async function findTransactionHash(node: Node, nonce: number, search: NonceSearch): Promise<string> {
  const { treasury } = search;
  const isUsedAt = async (block: number): Promise<boolean> => (await node.countNonces(treasury, block)) > nonce;
  let lastUnused = search.afterNumber;
  let firstUsed = search.finalNumber;
  if (await isUsedAt(lastUnused))
    throw new NodeFault(`Nonce ${nonce} was used at or before block ${lastUnused}, where the search begins`);
  while (firstUsed - lastUnused > 1) {
    const middle = Math.floor((lastUnused + firstUsed) / 2);
    if (await isUsedAt(middle)) firstUsed = middle;
    else lastUnused = middle;
  }
  const transactions = await node.listTransactions(firstUsed);
  const consumer = transactions.find(({ from, nonce: usedNonce }) => from === treasury && usedNonce === nonce);
  if (!consumer) throw new NodeFault(`Block ${firstUsed} does not contain the transaction that used nonce ${nonce}`);
  return consumer.hash;
}
