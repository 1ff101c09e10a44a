import type { Header } from '../nodes/node';

/** The fees that a transaction offers, in wei for each unit of gas. */
export interface Fees {
  maxFee: bigint;
  priorityFee: bigint;
}

/** Twice the current base fee is offered, so that the transaction is not too cheap when the base fee rises. The fee is never above `limit`. */
export function feesFor({ baseFeePerGas }: Pick<Header, 'baseFeePerGas'>, priorityFee: bigint, limit: bigint): Fees {
  const maxFee = smaller(2n * baseFeePerGas + priorityFee, limit);
  return { maxFee, priorityFee: smaller(priorityFee, maxFee) };
}

/**
 * The fees of a transaction that replaces another one in the pools. Nodes require that both fees are at least a tenth higher. The school
 * offers an eighth more. Null if that would be above `limit`. The transaction then waits with its old fees.
 */
export function raisedFees(oldFees: Fees, currentFees: Fees, limit: bigint): Fees | null {
  const maxFee = larger(anEighthMore(oldFees.maxFee), currentFees.maxFee);
  const priorityFee = larger(anEighthMore(oldFees.priorityFee), currentFees.priorityFee);
  return maxFee > limit ? null : { maxFee, priorityFee: smaller(priorityFee, maxFee) };
}

/** A cancellation may offer twice the configured fee, because the payment that it replaces may already offer the configured fee. */
export const maxFeeFor = (configured: bigint, isCancelling: boolean): bigint =>
  isCancelling ? 2n * configured : configured;

const anEighthMore = (fee: bigint): bigint => fee + fee / 8n + 1n;
const smaller = (first: bigint, second: bigint): bigint => (first < second ? first : second);
const larger = (first: bigint, second: bigint): bigint => (first > second ? first : second);
