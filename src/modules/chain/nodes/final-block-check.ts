import type { ChainView, TokenTransfer } from './chain-view';
import { NodeFault, type Header, type Node } from './node';
import { findConsumer, type NonceSearch } from './nonce-consumer';
import type { SettledState, SignedNonce } from './settled-state';

interface FinalBlock {
  settled: SettledState;
  final: Pick<Header, 'number' | 'hash'>;
  activity: Pick<ChainView, 'outgoing' | 'incoming' | 'headNonce'>;
  search: NonceSearch;
}

/**
 * Reads the tokens and nonces of the treasury at the final block. The transfers that the node returned must explain the tokens exactly, so
 * that no transfer is missing or invented. Each used nonce must be explained too, because a payment and a deposit of the same amount could
 * both be missing.
 */
export async function verifyFinalBlock(
  node: Node,
  others: readonly Node[],
  { settled, final, activity, search }: FinalBlock,
): Promise<Pick<ChainView, 'treasuryUnits' | 'supplyUnits' | 'finalNonce'>> {
  const { treasury, treasuryUnits, supplyUnits, finalNonce } = settled;
  if (final.number === settled.final.number) return { treasuryUnits, supplyUnits, finalNonce };
  const { incoming, outgoing, headNonce } = activity;
  const [newUnits, newSupply, newNonce] = await Promise.all([
    node.getTokenUnits(treasury, final.number),
    node.getSupplyUnits(final.number),
    node.countNonces(treasury, final.number),
    requireAgreement(others, final),
  ]);
  const isFinal = (transfer: TokenTransfer): boolean => transfer.blockNumber <= final.number;
  if (newUnits !== treasuryUnits + sumUnits(incoming.filter(isFinal)) - sumUnits(outgoing.filter(isFinal)))
    throw new NodeFault(`The transfers do not explain the treasury at block ${final.number}`);
  if (newNonce < finalNonce || newNonce > headNonce)
    throw new NodeFault(
      `The node counts ${newNonce} nonces at block ${final.number}, but it must count ${finalNonce} to ${headNonce}`,
    );
  const signed = await settled.listSigned();
  requireCounted(signed, outgoing.filter(isFinal), final, newNonce);
  const used = signed.filter(({ nonce }) => nonce < newNonce);
  await requireNoneHidden(node, used, outgoing, search);
  return { treasuryUnits: newUnits, supplyUnits: newSupply, finalNonce: newNonce };
}

const sumUnits = (transfers: readonly TokenTransfer[]): bigint => transfers.reduce((sum, { units }) => sum + units, 0n);

/** If there are other nodes, at least one of them must have the same final block, and none of them a different one. */
export async function requireAgreement(others: readonly Node[], final: Pick<Header, 'number' | 'hash'>): Promise<void> {
  if (others.length === 0) return;
  const headers = await Promise.all(others.map((other) => other.getHeader(final.number).catch(() => null)));
  const received = headers.filter((header) => header !== null);
  if (received.length === 0) throw new NodeFault(`No other node confirms the final block ${final.number}`);
  if (received.some((header) => header.hash !== final.hash))
    throw new NodeFault(`The nodes differ at the final block ${final.number}`);
}

/** The nonce of each final payment must be counted as used. A count that is too low would contradict every later poll if it were stored. */
function requireCounted(
  signed: readonly SignedNonce[],
  finalPayments: readonly TokenTransfer[],
  final: Pick<Header, 'number'>,
  nonceCount: number,
): void {
  const paidHashes = new Set(finalPayments.map(({ txHash }) => txHash));
  const uncounted = signed.find(({ txHash, nonce }) => paidHashes.has(txHash) && nonce >= nonceCount);
  if (uncounted)
    throw new NodeFault(
      `The node counts ${nonceCount} nonces at block ${final.number}, but nonce ${uncounted.nonce} has paid`,
    );
}

/** For each used nonce without a transfer, the receipt of its transaction must contain no transfer. Otherwise the node hides a payment. */
async function requireNoneHidden(
  node: Node,
  signed: readonly SignedNonce[],
  outgoing: readonly TokenTransfer[],
  search: NonceSearch,
): Promise<void> {
  const shownHashes = new Set(outgoing.map(({ txHash }) => txHash));
  const usedNonces = new Set(signed.map(({ nonce }) => nonce));
  for (const nonce of usedNonces) {
    const attempts = signed.filter((transaction) => transaction.nonce === nonce);
    if (attempts.some(({ txHash }) => shownHashes.has(txHash))) continue;
    const { txHash, movesTokens } = await findConsumer(node, nonce, attempts, search);
    if (movesTokens && !shownHashes.has(txHash))
      throw new NodeFault(`The node does not show the transfer of transaction ${txHash}, by which nonce ${nonce} paid`);
  }
}
