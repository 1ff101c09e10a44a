import type { Header } from '../nodes/node';

/** The fees that a transaction offers, in wei for each unit of gas. */
export interface Fees {
  maxFee: bigint;
  priorityFee: bigint;
}

/** The base fee can double before the transaction becomes too cheap. The fee is never above `limit`. */
export function feesFor({ baseFeePerGas }: Pick<Header, 'baseFeePerGas'>, priorityFee: bigint, limit: bigint): Fees {
  const maxFee = min(2n * baseFeePerGas + priorityFee, limit);
  return { maxFee, priorityFee: min(priorityFee, maxFee) };
}

/**
 * Fees that replace a transaction in the pools. Nodes require at least a tenth more of both fees; an eighth more is offered.
 * Null if that would be above `limit`. The transaction then waits with its old fees.
 */
export function raisedFees(before: Fees, now: Fees, limit: bigint): Fees | null {
  const maxFee = max(anEighthMore(before.maxFee), now.maxFee);
  const priorityFee = max(anEighthMore(before.priorityFee), now.priorityFee);
  return maxFee > limit ? null : { maxFee, priorityFee: min(priorityFee, maxFee) };
}

/** A cancellation may offer twice the configured fee, because the payment it replaces may already offer the whole. */
export const maxFeeFor = (configured: bigint, isCancelling: boolean): bigint =>
  isCancelling ? 2n * configured : configured;

const anEighthMore = (fee: bigint): bigint => fee + fee / 8n + 1n;
const min = (one: bigint, other: bigint): bigint => (one < other ? one : other);
const max = (one: bigint, other: bigint): bigint => (one > other ? one : other);
