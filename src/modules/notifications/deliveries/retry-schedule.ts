export const [second, minute, hour] = [1_000, 60_000, 3_600_000] as const;

/** When a delivery that was not taken is tried again. */
export class RetrySchedule {
  readonly maxAttempts: number;

  /** @param delaysMs the times between the attempts */
  constructor(
    private readonly delaysMs: readonly number[],
    private readonly maxRetryAfterMs = Infinity,
  ) {
    this.maxAttempts = delaysMs.length + 1;
  }

  /** The time after this number of attempts, or later if the receiver asked for it. Null after the last attempt. */
  next(now: Date, attempts: number, retryAfterMs: number | null): Date | null {
    const delayMs = this.delaysMs[attempts - 1];
    if (delayMs === undefined) return null;
    const waitMs = Math.max(delayMs, Math.min(retryAfterMs ?? 0, this.maxRetryAfterMs));
    return new Date(now.getTime() + waitMs);
  }
}
