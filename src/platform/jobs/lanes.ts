import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { CallScope, inScope } from '../database/scope/call-scope';

const pollMs = 1_000;
/** What a lane has not recorded by then is done again by another worker. */
const maxStopWaitMs = 10_000;

/** One kind of work of a worker, such as urgent mails. */
export interface Lane {
  name: string;
  /** Works until nothing is due, or until `shouldContinue` returns false. */
  run(shouldContinue: () => boolean): Promise<void>;
}

/**
 * Runs lanes beside each other, so that none delays another, and each only once at a time in a process. All are started once a second,
 * and by `wake` after a commit that gave them work.
 */
export class Lanes {
  private readonly log: Logger;
  private readonly running = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;

  /** @param scopeName how statistics and logs name the work */
  constructor(
    logName: string,
    private readonly scopeName: string,
    private readonly lanes: () => readonly Lane[],
  ) {
    this.log = new Logger(logName);
  }

  start(): void {
    this.timer = setInterval(() => this.wake(), pollMs);
    this.wake();
  }

  wake(): void {
    if (this.isStopping) return;
    for (const lane of this.lanes()) if (!this.running.has(lane.name)) this.startLane(lane);
  }

  /** Waits for the lanes to end, but not for a server that does not answer. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.isStopping = true;
    const limit = new AbortController();
    const allEnded = Promise.all(this.running.values()).finally(() => limit.abort());
    await Promise.race([allEnded, sleep(maxStopWaitMs, undefined, { signal: limit.signal }).catch(() => undefined)]);
  }

  /** The work gets a new scope, because it does not belong to the request whose commit started it. */
  private startLane(lane: Lane): void {
    const run = inScope(new CallScope('events', this.scopeName), () => lane.run(() => !this.isStopping))
      .catch((error: unknown) => {
        if (!this.isStopping) this.log.error(`Sending stopped (${lane.name}); it continues with the next poll`, error);
      })
      .finally(() => this.running.delete(lane.name));
    this.running.set(lane.name, run);
  }
}
