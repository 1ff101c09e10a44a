import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { CallScope, inScope } from '../database/scope/call-scope';
import { Outbox } from './outbox';

const pollMs = 1_000;

/** Delivers events of the outbox in this process, immediately after a commit of this process wrote rows, and otherwise once a second. */
@Injectable()
export class OutboxWorker implements BeforeApplicationShutdown {
  private readonly log = new Logger('Outbox');
  private timer: NodeJS.Timeout | undefined;
  private delivering: Promise<void> | undefined;
  private hasNewRows = false;
  private isStopping = false;

  constructor(private readonly outbox: Outbox) {}

  start(): void {
    this.outbox.onRowsWritten = () => this.wake();
    this.timer = setInterval(() => this.wake(), pollMs);
    this.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.isStopping = true;
    this.outbox.onRowsWritten = () => undefined;
    await this.delivering;
  }

  private wake(): void {
    this.hasNewRows = true;
    // The delivery gets a new scope, because it does not belong to the request whose commit started it.
    this.delivering ??= inScope(new CallScope('events', 'outbox'), () => this.deliver()).finally(() => {
      this.delivering = undefined;
    });
  }

  private async deliver(): Promise<void> {
    try {
      while (this.hasNewRows && !this.isStopping) {
        this.hasNewRows = false;
        await this.outbox.drain(() => !this.isStopping);
      }
    } catch (error) {
      this.log.error('Delivery of events stopped; it continues with the next poll', error);
    }
  }
}
