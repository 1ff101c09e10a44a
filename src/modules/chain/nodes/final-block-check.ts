import { sumOf, type ChainView, type TokenTransfer } from './chain-view';
import { NodeFault, type Header, type Node } from './node';
import { consumerOf, type Account } from './nonce-consumer';
import type { SettledState, SignedFor } from './settled-state';

interface Claim {
  settled: SettledState;
  final: Pick<Header, 'number' | 'hash'>;
  seen: Pick<ChainView, 'outgoing' | 'incoming' | 'headNonce'>;
  account: Account;
}

/**
 * What the treasury has at the final block, and that the transfers explain it: one too few or too many and they do not. Of a payment
 * and a deposit of one amount both may be missing, so that each consumed nonce has to be explained as well.
 */
export async function verifyFinalBlock(
  node: Node,
  others: readonly Node[],
  { settled, final, seen, account }: Claim,
): Promise<Pick<ChainView, 'treasuryUnits' | 'supplyUnits' | 'finalNonce'>> {
  const { treasury, treasuryUnits, supplyUnits, finalNonce } = settled;
  if (final.number === settled.final.number) return { treasuryUnits, supplyUnits, finalNonce };
  const [units, supply, nonce] = await Promise.all([
    node.balance(treasury, final.number),
    node.supply(final.number),
    node.nonce(treasury, final.number),
    requireAgreement(others, final),
  ]);
  const settledNow = (all: TokenTransfer[]): bigint => sumOf(all.filter((one) => one.blockNumber <= final.number));
  if (units !== treasuryUnits + settledNow(seen.incoming) - settledNow(seen.outgoing))
    throw new NodeFault(`the transfers do not explain the treasury at block ${final.number}`);
  if (nonce < finalNonce || nonce > seen.headNonce) throw new NodeFault('the count of nonces goes back');
  const signed = await settled.signed();
  requireCounted(signed, seen.outgoing, final, nonce);
  await requireNoneHidden(
    node,
    signed.filter((one) => one.nonce < nonce),
    seen.outgoing,
    account,
  );
  return { treasuryUnits: units, supplyUnits: supply, finalNonce: nonce };
}

/** With more nodes than one, another must have the same final block, and none a different one. */
export async function requireAgreement(others: readonly Node[], final: Pick<Header, 'number' | 'hash'>): Promise<void> {
  if (others.length === 0) return;
  const blocks = await Promise.all(others.map((other) => other.block(final.number).catch(() => null)));
  const said = blocks.filter((block) => block !== null);
  if (said.length === 0) throw new NodeFault('no other node confirms the final block');
  if (said.some((block) => block.hash !== final.hash)) throw new NodeFault('the nodes differ at the final block');
}

/** A final payment has consumed its nonce: a lower count is a fault of the node, and once stored it would contradict every later look. */
function requireCounted(
  signed: readonly SignedFor[],
  outgoing: readonly TokenTransfer[],
  final: Pick<Header, 'number'>,
  count: number,
): void {
  const paid = new Set(outgoing.filter((one) => one.blockNumber <= final.number).map(({ txHash }) => txHash));
  const missing = signed.find(({ txHash, nonce }) => paid.has(txHash) && nonce >= count);
  if (missing) throw new NodeFault(`${count} nonces at block ${final.number}, where ${missing.nonce} has paid`);
}

/** A nonce of ours that is consumed without a transfer: the receipt must say that there was none. */
async function requireNoneHidden(
  node: Node,
  signed: readonly SignedFor[],
  outgoing: readonly TokenTransfer[],
  account: Account,
): Promise<void> {
  const shown = new Set(outgoing.map(({ txHash }) => txHash));
  const explained = new Set(signed.filter(({ txHash }) => shown.has(txHash)).map(({ nonce }) => nonce));
  for (const nonce of new Set(signed.map((one) => one.nonce))) {
    if (explained.has(nonce)) continue;
    const attempts = signed.filter((one) => one.nonce === nonce);
    const { txHash, pays } = await consumerOf(node, nonce, attempts, account);
    if (pays && !shown.has(txHash))
      throw new NodeFault(`the transfer of ${txHash}, by which nonce ${nonce} paid, is missing`);
  }
}
