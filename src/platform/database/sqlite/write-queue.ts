/** The writer of an SQLite file was taken for longer than a caller may wait. */
export class LaneTimeout extends Error {
  override name = 'LaneTimeout';

  constructor(waitMs: number) {
    super(`The database's writer was not free within ${waitMs} ms; does a transaction wait for itself?`);
  }
}

interface Waiting {
  enter: () => void;
  timer: NodeJS.Timeout;
}

/** One writer at a time, first come first served, held from BEGIN to COMMIT. */
export class Lane {
  private taken = false;
  private readonly queue: Waiting[] = [];
  readonly waits = { count: 0, totalMs: 0, longestMs: 0, timeouts: 0 };

  constructor(private readonly waitMs: number) {}

  get isTaken(): boolean {
    return this.taken;
  }

  get waiting(): number {
    return this.queue.length;
  }

  async enter(): Promise<void> {
    if (!this.taken) {
      this.taken = true;
      return;
    }
    const started = performance.now();
    try {
      await this.turn();
    } finally {
      const waitedMs = performance.now() - started;
      this.waits.count++;
      this.waits.totalMs += waitedMs;
      this.waits.longestMs = Math.max(this.waits.longestMs, waitedMs);
    }
  }

  private turn(): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const waiting: Waiting = {
        enter: resolve,
        timer: setTimeout(() => {
          this.queue.splice(this.queue.indexOf(waiting), 1);
          this.waits.timeouts++;
          reject(new LaneTimeout(this.waitMs));
        }, this.waitMs),
      };
      this.queue.push(waiting);
    });
  }

  leave(): void {
    const next = this.queue.shift();
    if (!next) {
      this.taken = false;
      return;
    }
    clearTimeout(next.timer);
    next.enter();
  }
}
