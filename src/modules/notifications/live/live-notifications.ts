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
import { inStreamScope, NotificationStream } from './notification-stream';
import { NotificationTypes } from '../types/notification-types';

export const notificationsTopic = 'notifications';
/** The limit for all devices and tabs of a person, in each process. */
const maxStreamsPerPerson = 5;
/** Each heartbeat reads new notifications, so a notification whose signal is lost is delayed by at most this. */
const heartbeatMs = 20_000;

/** Keeps the open streams of this process. A signal names the people who have new notifications, and their streams read them. */
@Injectable()
export class LiveNotifications implements BeforeApplicationShutdown {
  private readonly streams = new Map<number, Set<NotificationStream>>();
  private unsubscribers: (() => void)[] = [];
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly signals: Signals,
    private readonly notificationTypes: NotificationTypes,
    private readonly knownActors: ActorCache,
    private readonly modules: ModuleRef,
  ) {}

  /**
   * Opens a stream of the notifications that arrive from now on, or after the last event that the client received. If the person
   * has too many streams, the oldest ends, because the newest belongs to the device or tab that is in use.
   * @throws Stopping
   */
  async open(actor: Actor, lastId: number | null): Promise<EventStream> {
    if (this.isStopping) throw new Stopping();
    const ownStreams = this.streams.get(actor.id) ?? new Set();
    if (ownStreams.size >= maxStreamsPerPerson) this.endOldest(actor.id, ownStreams);
    const feed = new NotificationFeed(this.database, actor.id);
    const stream = new NotificationStream(actor, feed, this.notificationTypes);
    // The stream is stored before the first await, so that the limit also counts streams that are opened at the same moment.
    this.streams.set(actor.id, ownStreams.add(stream));
    stream.events.once('close', () => this.remove(actor.id, stream));
    this.subscribe();
    try {
      await (lastId === null ? feed.startAtLatest() : feed.startAfter(lastId));
      // A revocation from now on ends the stream. This check finds a revocation since the guard admitted the request.
      if (!(await this.directory.find(actor.sessionId, actor.id))) throw new Unauthenticated('The session has ended.');
      if (stream.events.destroyed) throw new Stopping();
    } catch (error) {
      stream.events.destroy();
      throw error;
    }
    this.startTimers(stream);
    stream.wake();
    return stream.events;
  }

  /** Removes the stream at once and not when it is closed, so that streams that are opened at the same moment end different ones. */
  private endOldest(userId: number, ownStreams: Set<NotificationStream>): void {
    const [oldest] = ownStreams;
    if (!oldest) return;
    this.remove(userId, oldest);
    oldest.endBecause('too_many_streams');
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    for (const unsubscribe of this.unsubscribers) unsubscribe();
    await Promise.allSettled(this.allStreams.map((stream) => stream.end()));
  }

  /**
   * Starts the heartbeat, and ends the stream after the lifetime of an access token, so that a client must reconnect with a
   * current token. The heartbeat also ends the stream of an ended session.
   */
  private startTimers(stream: NotificationStream): void {
    const heartbeatTimer = setInterval(() => void inStreamScope(() => this.heartbeat(stream)), heartbeatMs);
    const endTimer = setTimeout(() => void stream.end(), accessTokenSeconds * 1_000);
    stream.events.once('close', () => {
      clearInterval(heartbeatTimer);
      clearTimeout(endTimer);
    });
  }

  private async heartbeat(stream: NotificationStream): Promise<void> {
    const { actor } = stream;
    stream.events.sendHeartbeat();
    // If the database cannot be reached, the stream stays open.
    const currentActor = await this.directory.find(actor.sessionId, actor.id).catch(() => actor);
    if (currentActor) stream.wake();
    else await stream.end();
  }

  private subscribe(): void {
    if (this.unsubscribers.length > 0) return;
    this.unsubscribers = [
      this.signals.subscribe(notificationsTopic, (userIds) => this.wake(userIds)),
      this.knownActors.onRevocation((userIds) => this.endRevoked(userIds)),
    ];
  }

  /** Ends all streams of the person without checking their sessions, so that nothing more is sent. A valid session can reconnect. */
  private endRevoked(userIds: Keys): void {
    if (userIds === null) {
      // Null means that signals may have been lost while the connection was broken, so each stream checks its own session.
      for (const stream of this.allStreams) void inStreamScope(() => this.heartbeat(stream));
      return;
    }
    for (const userId of userIds) {
      for (const stream of this.streams.get(userId) ?? []) stream.endNow();
    }
  }

  private get allStreams(): NotificationStream[] {
    return [...this.streams.values()].flatMap((ownStreams) => [...ownStreams]);
  }

  private get directory(): ActorDirectory {
    return this.modules.get(ActorDirectory, { strict: false });
  }

  /** Null means that signals may have been lost, so all streams read. */
  private wake(userIds: Keys): void {
    for (const userId of userIds ?? this.streams.keys())
      for (const stream of this.streams.get(userId) ?? []) stream.wake();
  }

  private remove(userId: number, stream: NotificationStream): void {
    const ownStreams = this.streams.get(userId);
    ownStreams?.delete(stream);
    if (ownStreams?.size === 0) this.streams.delete(userId);
  }
}
