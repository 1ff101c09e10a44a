import type { AttemptKind } from './attempt-kind';
import { topicOf, transferTopic } from './chain-view';
import { NodeFault, type Node, type Receipt } from './node';

/** A transaction we have signed. */
export interface Signed {
  kind: AttemptKind;
  txHash: string;
}

/** What took a nonce, as a final block shows. */
export interface Consumer {
  txHash: string;
  /** Null: not one of ours. */
  kind: AttemptKind | null;
  succeeded: boolean;
  /** Whether it moved tokens of the treasury. */
  pays: boolean;
}

/** Whose nonces, of which token, and the blocks in which they were consumed: after the one, up to the other. */
export interface Account {
  contract: string;
  treasury: string;
  after: number;
  finalNumber: number;
}

/** @throws NodeFault where the node does not show it: a receipt is evidence, its absence is none */
export async function consumerOf(
  node: Node,
  nonce: number,
  attempts: readonly Signed[],
  account: Account,
): Promise<Consumer> {
  const receipts = await Promise.all(attempts.map(({ txHash }) => node.receipt(txHash)));
  const at = receipts.findIndex((receipt) => receipt !== null && receipt.blockNumber <= account.finalNumber);
  const [receipt, attempt] = [receipts[at], attempts[at]];
  if (receipt && attempt) return consumerFrom(node, receipt, attempt.kind, account);
  const txHash = await senderOf(node, nonce, account);
  const shown = attempts.some((one) => one.txHash === txHash) ? null : await node.receipt(txHash);
  if (!shown) throw new NodeFault(`no receipt of ${txHash}, which is mined`);
  return consumerFrom(node, shown, null, account);
}

async function consumerFrom(
  node: Node,
  { blockNumber, blockHash, transactionHash: txHash, status, logs }: Receipt,
  kind: AttemptKind | null,
  { contract, treasury }: Account,
): Promise<Consumer> {
  if ((await node.block(blockNumber)).hash !== blockHash)
    throw new NodeFault(`the receipt of ${txHash} is of a block that is not in the chain`);
  const pays = logs.some(
    ({ address, topics: [event, from] }) =>
      address === contract && event === transferTopic && from === topicOf(treasury),
  );
  return { txHash, kind, succeeded: status === 1, pays };
}

/** The transaction that took a nonce: in the first block after which the account's count is beyond it. */
async function senderOf(node: Node, nonce: number, { treasury, ...span }: Account): Promise<string> {
  let [before, after] = [span.after, span.finalNumber];
  if ((await node.nonce(treasury, before)) > nonce) throw new NodeFault(`nonce ${nonce} was consumed long ago`);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if ((await node.nonce(treasury, middle)) > nonce) after = middle;
    else before = middle;
  }
  const { transactions } = await node.transactions(after);
  const found = transactions.find(({ from, nonce: own }) => from === treasury && own === nonce);
  if (!found) throw new NodeFault(`block ${after} does not show who took nonce ${nonce}`);
  return found.hash;
}
