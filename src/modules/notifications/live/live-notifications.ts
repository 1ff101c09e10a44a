import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Actor } from '../../../platform/auth/actor';
import { accessTokenSeconds } from '../../../platform/auth/access-tokens';
import { ActorDirectory, ActorCache } from '../../../platform/auth/actor-directory';
import { Database } from '../../../platform/database/database';
import { Unauthenticated } from '../../../platform/errors/access.errors';
import { Stopping } from '../../../platform/errors/unavailable.errors';
import type { EventStream } from '../../../platform/http/event-stream';
import { Signals, type Keys } from '../../../platform/signals/signals';
import { NotificationFeed } from '../feed/notification-feed';
import { asStream, NotificationStream } from './notification-stream';
import { NotificationTypes } from '../notification-types';
import { TooManyStreams } from '../notifications.errors';

export const notificationsTopic = 'notifications';
/** Per process: a person's devices and tabs. */
const streamsPerPerson = 5;
/** Also how late news come when a signal was lost. */
export const beatMs = 20_000;

/** The streams of this process, by person. Signals say whom to look for; each beat looks without one. */
@Injectable()
export class LiveNotifications implements BeforeApplicationShutdown {
  private readonly streams = new Map<number, Set<NotificationStream>>();
  private deaf: (() => void)[] = [];
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly signals: Signals,
    private readonly types: NotificationTypes,
    private readonly known: ActorCache,
    private readonly modules: ModuleRef,
  ) {}

  /**
   * News from now on, or after the event the listener had last.
   * @throws TooManyStreams, Stopping
   */
  async open(actor: Actor, lastId: number | null): Promise<EventStream> {
    if (this.stopping) throw new Stopping();
    const own = this.streams.get(actor.id) ?? new Set();
    if (own.size >= streamsPerPerson) throw new TooManyStreams();
    const feed = new NotificationFeed(this.database, actor.id);
    const stream = new NotificationStream(actor, feed, this.types);
    // Before the first await: twins that open at the same moment are counted.
    this.streams.set(actor.id, own.add(stream));
    stream.events.once('close', () => this.remove(actor.id, stream));
    this.listen();
    try {
      await (lastId === null ? feed.startHere() : feed.startAfter(lastId));
      // Whoever revokes from now on ends the stream; what was revoked since the guard looked is seen here.
      if (!(await this.directory.find(actor.sessionId, actor.id))) throw new Unauthenticated('The session has ended.');
      if (stream.events.destroyed) throw new Stopping();
    } catch (error) {
      stream.events.destroy();
      throw error;
    }
    this.keep(stream);
    stream.wake();
    return stream.events;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    for (const stop of this.deaf) stop();
    await Promise.allSettled(this.all.map((stream) => stream.end()));
  }

  /** No longer than an access token, and no longer than its session: who reconnects shows a fresh one. */
  private keep(stream: NotificationStream): void {
    const beat = setInterval(() => void asStream(() => this.beat(stream)), beatMs);
    const ending = setTimeout(() => void stream.end(), accessTokenSeconds * 1_000);
    stream.events.once('close', () => {
      clearInterval(beat);
      clearTimeout(ending);
    });
  }

  private async beat(stream: NotificationStream): Promise<void> {
    const { actor } = stream;
    stream.events.sendHeartbeat();
    // A database that is away ends no session.
    const current = await this.directory.find(actor.sessionId, actor.id).catch(() => actor);
    if (current) stream.wake();
    else await stream.end();
  }

  private listen(): void {
    if (this.deaf.length > 0) return;
    this.deaf = [
      this.signals.hear(notificationsTopic, (keys) => this.wake(keys)),
      this.known.onRevocation((people) => this.endRevoked(people)),
    ];
  }

  /** All streams of the person, unasked: nothing more is delivered meanwhile, and who still has a session reconnects. */
  private endRevoked(people: Keys): void {
    for (const userId of people ?? []) for (const stream of this.streams.get(userId) ?? []) stream.cut();
    // Signals may have been lost while the connection was broken: each stream looks at its own session.
    if (people === null) for (const stream of this.all) void asStream(() => this.beat(stream));
  }

  private get all(): NotificationStream[] {
    return [...this.streams.values()].flatMap((own) => [...own]);
  }

  private get directory(): ActorDirectory {
    return this.modules.get(ActorDirectory, { strict: false });
  }

  private wake(keys: Keys): void {
    for (const userId of keys ?? this.streams.keys())
      for (const stream of this.streams.get(userId) ?? []) stream.wake();
  }

  private remove(userId: number, stream: NotificationStream): void {
    const own = this.streams.get(userId);
    own?.delete(stream);
    if (own?.size === 0) this.streams.delete(userId);
  }
}
