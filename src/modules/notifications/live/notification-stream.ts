import { Logger } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { CallScope, inScope } from '../../../platform/database/call-scope';
import { errorLine } from '../../../platform/errors/loggable-error';
import { EventStream } from '../../../platform/http/event-stream';
import type { NotificationFeed } from '../feed/notification-feed';
import type { NotificationTypes } from '../notification-types';
import { showNotification } from '../notifications.dto';

/** Its statements are no part of the request that opened it, answered long ago, nor of whoever has news for it. */
export const asStream = <T>(work: () => T): T => inScope(new CallScope('events', 'live streams'), work);

/** One open stream: looks when it is woken, once at a time. */
export class NotificationStream {
  readonly events = new EventStream();
  private readonly log = new Logger('NotificationStream');
  private again = false;
  private looking: Promise<void> | undefined;

  constructor(
    readonly actor: Actor,
    private readonly feed: NotificationFeed,
    private readonly types: NotificationTypes,
  ) {}

  wake(): void {
    this.again = true;
    this.looking ??= asStream(() => this.look()).finally(() => {
      this.looking = undefined;
    });
  }

  /** What it looks up now still leaves: the listener's next stream begins behind it. */
  async end(): Promise<void> {
    await this.looking;
    await this.events.end();
  }

  /** Drops what is being looked up, too: the listener may no longer read it. */
  cut(): void {
    void this.events.end();
  }

  private isHeard(news: unknown[]): boolean {
    return news.length > 0 && this.events.isOpen;
  }

  private async look(): Promise<void> {
    try {
      while (this.again && this.events.isOpen) {
        this.again = false;
        for (let news = await this.feed.next(); this.isHeard(news); news = await this.feed.next())
          for (const row of news)
            this.events.send({ id: row.id, event: 'notification', data: showNotification(row, this.types) });
      }
    } catch (error) {
      this.log.warn(`Not looked up; the next beat looks again: ${errorLine(error)}`);
    }
  }
}
