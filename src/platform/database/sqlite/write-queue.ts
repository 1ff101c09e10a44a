/** Other transactions used the writer of an SQLite file for longer than a caller may wait. */
export class WriteQueueTimeout extends Error {
  override name = 'WriteQueueTimeout';

  constructor(timeoutMs: number) {
    super(`The database's writer was not free within ${timeoutMs} ms; does a transaction wait for itself?`);
  }
}

interface Waiter {
  enter: () => void;
  timer: NodeJS.Timeout;
}

/** Lets transactions use the one writer in the order in which they ask for it. Each uses it from BEGIN to COMMIT. */
export class WriteQueue {
  private isInUse = false;
  private readonly queue: Waiter[] = [];
  readonly waits = { count: 0, totalMs: 0, longestMs: 0, timeouts: 0 };

  constructor(private readonly timeoutMs: number) {}

  get isTaken(): boolean {
    return this.isInUse;
  }

  get waitingCount(): number {
    return this.queue.length;
  }

  async enter(): Promise<void> {
    if (!this.isInUse) {
      this.isInUse = true;
      return;
    }
    const startedAtMs = performance.now();
    try {
      await this.waitInQueue();
    } finally {
      const waitedMs = performance.now() - startedAtMs;
      this.waits.count++;
      this.waits.totalMs += waitedMs;
      this.waits.longestMs = Math.max(this.waits.longestMs, waitedMs);
    }
  }

  private waitInQueue(): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        enter: resolve,
        timer: setTimeout(() => {
          this.queue.splice(this.queue.indexOf(waiter), 1);
          this.waits.timeouts++;
          reject(new WriteQueueTimeout(this.timeoutMs));
        }, this.timeoutMs),
      };
      this.queue.push(waiter);
    });
  }

  leave(): void {
    const next = this.queue.shift();
    if (!next) {
      this.isInUse = false;
      return;
    }
    clearTimeout(next.timer);
    next.enter();
  }
}
