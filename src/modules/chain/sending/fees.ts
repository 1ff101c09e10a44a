import type { Header } from '../nodes/node';

/** What a transaction offers, in wei for each unit of gas. */
export interface Fees {
  maxFee: bigint;
  priorityFee: bigint;
}

/** Room for the base fee to double; never above the largest fee of the configuration. */
export function feesFor({ baseFeePerGas }: Pick<Header, 'baseFeePerGas'>, tip: bigint, largest: bigint): Fees {
  const maxFee = smaller(2n * baseFeePerGas + tip, largest);
  return { maxFee, priorityFee: smaller(tip, maxFee) };
}

/**
 * Fees that replace a transaction in the pools: nodes want at least a tenth more of both, we offer an eighth.
 * Null where that would be above the largest: then it has to wait as it is.
 */
export function raised(before: Fees, now: Fees, largest: bigint): Fees | null {
  const maxFee = larger(anEighthMore(before.maxFee), now.maxFee);
  const priorityFee = larger(anEighthMore(before.priorityFee), now.priorityFee);
  return maxFee > largest ? null : { maxFee, priorityFee: smaller(priorityFee, maxFee) };
}

/** A cancellation has to outbid a payment that may be at the largest fee already. */
export const largestFee = (configured: bigint, isCancelling: boolean): bigint =>
  isCancelling ? 2n * configured : configured;

const anEighthMore = (fee: bigint): bigint => fee + fee / 8n + 1n;
const smaller = (one: bigint, other: bigint): bigint => (one < other ? one : other);
const larger = (one: bigint, other: bigint): bigint => (one > other ? one : other);
