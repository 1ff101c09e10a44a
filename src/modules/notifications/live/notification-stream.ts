import { Logger } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { CallScope, inScope } from '../../../platform/database/scope/call-scope';
import { errorLine } from '../../../platform/errors/loggable-error';
import { EventStream } from '../../../platform/http/event-stream';
import type { NotificationFeed } from '../feed/notification-feed';
import type { NotificationTypes } from '../types/notification-types';
import { showNotification } from '../notifications.dto';
import type { StreamClosed } from './stream.dto';

/**
 * Runs work in a scope of its own, so that statements of a stream are not counted for the request that opened it or for the
 * request that sends a notification.
 */
export const inStreamScope = <T>(work: () => T): T => inScope(new CallScope('events', 'live streams'), work);

/** One open stream. `wake` makes it read new notifications; only one read runs at a time. */
export class NotificationStream {
  readonly events = new EventStream();
  private readonly log = new Logger('NotificationStream');
  private isReadRequested = false;
  private reading: Promise<void> | undefined;

  constructor(
    readonly actor: Actor,
    private readonly feed: NotificationFeed,
    private readonly types: NotificationTypes,
  ) {}

  wake(): void {
    this.isReadRequested = true;
    this.reading ??= inStreamScope(() => this.sendNew()).finally(() => {
      this.reading = undefined;
    });
  }

  /** Sends the notifications that are being read and then ends, because the next stream of the client begins after them. */
  async end(): Promise<void> {
    await this.reading;
    await this.events.end();
  }

  /** Ends without sending the notifications that are being read because the client may no longer receive them. */
  endNow(): void {
    void this.events.end();
  }

  /** Tells the client why the stream ends, so that it does not reconnect by itself. */
  endBecause(reason: StreamClosed['reason']): void {
    this.events.send({ event: 'closed', data: { reason } satisfies StreamClosed });
    void this.events.end();
  }

  private async sendNew(): Promise<void> {
    try {
      while (this.isReadRequested && this.events.isOpen) {
        this.isReadRequested = false;
        await this.sendUntilEmpty();
      }
    } catch (error) {
      this.log.warn(`New notifications could not be read; the next heartbeat tries again: ${errorLine(error)}`);
    }
  }

  private async sendUntilEmpty(): Promise<void> {
    let rows = await this.feed.findNew();
    while (rows.length > 0 && this.events.isOpen) {
      for (const row of rows)
        this.events.send({ id: row.id, event: 'notification', data: showNotification(row, this.types) });
      rows = await this.feed.findNew();
    }
  }
}
