/** How often, and how long, the client repeats a request by itself. */
export interface RetryLimits {
  /** All tries of a call, with the first one. */
  maxTries: number;
  /** If the server asks for a longer wait, the call fails at once. */
  maxWaitMs: number;
}

export interface Try<T> {
  result?: T;
  response?: Response;
  failure?: unknown;
}

const firstPauseMs = 300;

/**
 * Runs `work` until it brings a response that is not temporary. `canRepeat` says whether the request may be sent again after
 * such a response, or without one.
 */
export async function withRetries<T>(
  limits: RetryLimits,
  signal: AbortSignal | undefined,
  canRepeat: (response: Response | undefined) => boolean,
  work: () => Promise<Try<T>>,
): Promise<Try<T>> {
  for (let count = 1; ; count++) {
    const outcome = await work();
    const pauseMs = pauseAfter(outcome, count);
    if (pauseMs === null || pauseMs > limits.maxWaitMs || count >= limits.maxTries || !canRepeat(outcome.response))
      return outcome;
    await pause(pauseMs, signal);
  }
}

/** The pause before the next try; null if the outcome is not temporary. */
function pauseAfter({ response, failure }: Try<unknown>, count: number): number | null {
  const jitterMs = Math.random() * firstPauseMs;
  if (failure !== undefined) return firstPauseMs * 2 ** (count - 1) + jitterMs;
  if (response?.status !== 429 && response?.status !== 503) return null;
  const seconds = retryAfterSeconds(response);
  return seconds === null ? null : seconds * 1_000 + jitterMs;
}

export function retryAfterSeconds(response: Response): number | null {
  const header = response.headers.get('retry-after');
  return header !== null && /^\d+$/.test(header) ? Number(header) : null;
}

/** @throws the reason of the signal, if it is aborted before the end of the pause */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
