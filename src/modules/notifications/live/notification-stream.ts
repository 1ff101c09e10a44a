import { Logger } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { CallScope, inScope } from '../../../platform/database/call-scope';
import { errorLine } from '../../../platform/errors/loggable-error';
import { EventStream } from '../../../platform/http/event-stream';
import type { NotificationFeed } from '../feed/notification-feed';
import type { NotificationTypes } from '../notification-types';
import { showNotification } from '../notifications.dto';

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

  /** Sends what is being read and then ends, because the client's next stream begins after it. */
  async end(): Promise<void> {
    await this.reading;
    await this.events.end();
  }

  /** Ends without sending what is being read because the client may no longer read it. */
  endNow(): void {
    void this.events.end();
  }

  private shouldSend(rows: unknown[]): boolean {
    return rows.length > 0 && this.events.isOpen;
  }

  private async sendNew(): Promise<void> {
    try {
      while (this.isReadRequested && this.events.isOpen) {
        this.isReadRequested = false;
        for (let rows = await this.feed.findNew(); this.shouldSend(rows); rows = await this.feed.findNew())
          for (const row of rows)
            this.events.send({ id: row.id, event: 'notification', data: showNotification(row, this.types) });
      }
    } catch (error) {
      this.log.warn(`New notifications could not be read; the next heartbeat tries again: ${errorLine(error)}`);
    }
  }
}
