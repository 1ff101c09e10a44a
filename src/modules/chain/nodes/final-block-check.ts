import { sumOf, type ChainView, type TokenTransfer } from './chain-view';
import { NodeFault, type Header, type Node } from './node';
import { findConsumer, type NonceSearch } from './nonce-consumer';
import type { SettledState, SignedNonce } from './settled-state';

interface FinalBlock {
  settled: SettledState;
  final: Pick<Header, 'number' | 'hash'>;
  seen: Pick<ChainView, 'outgoing' | 'incoming' | 'headNonce'>;
  search: NonceSearch;
}

/**
 * Reads the state of the treasury at the final block, and checks that the transfers explain it exactly, so that no transfer is missing
 * or invented. A payment and a deposit of the same amount could both be missing; so each used nonce must be explained too.
 */
export async function verifyFinalBlock(
  node: Node,
  others: readonly Node[],
  { settled, final, seen, search }: FinalBlock,
): Promise<Pick<ChainView, 'treasuryUnits' | 'supplyUnits' | 'finalNonce'>> {
  const { treasury, treasuryUnits, supplyUnits, finalNonce } = settled;
  if (final.number === settled.final.number) return { treasuryUnits, supplyUnits, finalNonce };
  const [units, supply, nonce] = await Promise.all([
    node.balance(treasury, final.number),
    node.supply(final.number),
    node.nonce(treasury, final.number),
    requireAgreement(others, final),
  ]);
  const sumOfFinal = (all: TokenTransfer[]): bigint => sumOf(all.filter((one) => one.blockNumber <= final.number));
  if (units !== treasuryUnits + sumOfFinal(seen.incoming) - sumOfFinal(seen.outgoing))
    throw new NodeFault(`The transfers do not explain the treasury at block ${final.number}`);
  if (nonce < finalNonce || nonce > seen.headNonce)
    throw new NodeFault(
      `The node counts ${nonce} nonces at block ${final.number}, not ${finalNonce} to ${seen.headNonce}`,
    );
  const signed = await settled.listSigned();
  requireCounted(signed, seen.outgoing, final, nonce);
  const used = signed.filter((one) => one.nonce < nonce);
  await requireNoneHidden(node, used, seen.outgoing, search);
  return { treasuryUnits: units, supplyUnits: supply, finalNonce: nonce };
}

/** If there are other nodes, at least one must have the same final block, and none a different one. */
export async function requireAgreement(others: readonly Node[], final: Pick<Header, 'number' | 'hash'>): Promise<void> {
  if (others.length === 0) return;
  const blocks = await Promise.all(others.map((other) => other.block(final.number).catch(() => null)));
  const known = blocks.filter((block) => block !== null);
  if (known.length === 0) throw new NodeFault(`No other node confirms the final block ${final.number}`);
  if (known.some((block) => block.hash !== final.hash))
    throw new NodeFault(`The nodes differ at the final block ${final.number}`);
}

/** A final payment has used its nonce. A lower count is a fault of the node; stored, it would contradict every later poll. */
function requireCounted(
  signed: readonly SignedNonce[],
  outgoing: readonly TokenTransfer[],
  final: Pick<Header, 'number'>,
  count: number,
): void {
  const paid = new Set(outgoing.filter((one) => one.blockNumber <= final.number).map(({ txHash }) => txHash));
  const missing = signed.find(({ txHash, nonce }) => paid.has(txHash) && nonce >= count);
  if (missing)
    throw new NodeFault(
      `The node counts ${count} nonces at block ${final.number}, but nonce ${missing.nonce} has paid`,
    );
}

/** If a nonce was used without a transfer, the receipt must show that there was no transfer. */
async function requireNoneHidden(
  node: Node,
  signed: readonly SignedNonce[],
  outgoing: readonly TokenTransfer[],
  search: NonceSearch,
): Promise<void> {
  const shown = new Set(outgoing.map(({ txHash }) => txHash));
  const explained = new Set(signed.filter(({ txHash }) => shown.has(txHash)).map(({ nonce }) => nonce));
  for (const nonce of new Set(signed.map((one) => one.nonce))) {
    if (explained.has(nonce)) continue;
    const attempts = signed.filter((one) => one.nonce === nonce);
    const { txHash, movesTokens } = await findConsumer(node, nonce, attempts, search);
    if (movesTokens && !shown.has(txHash))
      throw new NodeFault(`The node does not show the transfer of transaction ${txHash}, by which nonce ${nonce} paid`);
  }
}
