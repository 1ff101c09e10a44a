import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { CallScope, inScope } from '../database/call-scope';
import { Config } from '../config/config';
import { Outbox } from './outbox';

const pollMs = 1_000;

/** Delivers the outbox in this process: at once when a commit of this process left rows, else once a second. */
@Injectable()
export class OutboxWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('Outbox');
  private timer: NodeJS.Timeout | undefined;
  private delivering: Promise<void> | undefined;
  private again = false;
  private stopping = false;

  constructor(
    private readonly outbox: Outbox,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.worker) return;
    this.outbox.onWaiting = () => this.wake();
    this.timer = setInterval(() => this.wake(), pollMs);
    this.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.stopping = true;
    this.outbox.onWaiting = () => undefined;
    await this.delivering;
  }

  private wake(): void {
    this.again = true;
    // The commit that woke it belongs to a request; what is delivered does not.
    this.delivering ??= inScope(new CallScope('events', 'outbox'), () => this.deliver()).finally(() => {
      this.delivering = undefined;
    });
  }

  private async deliver(): Promise<void> {
    try {
      while (this.again && !this.stopping) {
        this.again = false;
        await this.outbox.drain(() => !this.stopping);
      }
    } catch (error) {
      this.log.error('Delivery stopped; it goes on with the next poll', error);
    }
  }
}
