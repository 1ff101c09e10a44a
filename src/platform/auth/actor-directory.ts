import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database } from '../database/database';
import { Signals, type Keys } from '../signals/signals';
import type { Actor } from './actor';

const cacheTtlMs = 10_000;
const revocationsTopic = 'revocations';

/** Finds the caller of a session, or null if the session is revoked or expired or the user deactivated. The users module implements this class. */
export abstract class ActorDirectory {
  abstract find(sessionId: string, userId: number): Promise<Actor | null>;
}

/**
 * Caches authenticated callers ("actors") for ten seconds, so that most requests authenticate without a query. A revocation removes
 * the actors of a user in this process at once, and in every other process when a signal arrives there. If a signal is lost, an
 * actor stays valid for at most ten seconds.
 */
@Injectable()
export class ActorCache {
  private readonly actors = new LRUCache<string, Actor>({ max: 20_000, ttl: cacheTtlMs });
  private readonly revocationListeners = new Set<(userIds: Keys) => void>();
  /** Counts revocations, because a load that began before a revocation may have read old data and must not be cached. */
  private revocationCount = 0;
  private unsubscribe: (() => void) | undefined;

  constructor(
    private readonly database: Database,
    private readonly signals: Signals,
  ) {}

  async getOrLoad(sessionId: string, load: () => Promise<Actor | null>): Promise<Actor | null> {
    const cached = this.actors.get(sessionId);
    if (cached) return cached;
    this.listen();
    const { revocationCount } = this;
    const actor = await load();
    if (actor && revocationCount === this.revocationCount) this.actors.set(sessionId, actor);
    return actor;
  }

  /**
   * Must be called in the transaction that ends sessions of a user or changes the user's rights. After the commit, every process
   * loads the user's actors again and ends the user's open event streams.
   */
  revoke(userId: number): void {
    this.database.afterCommit(() => this.forget([userId]));
    this.signals.send(revocationsTopic, [userId]);
  }

  /** Calls `listener` at each revocation in any process, with the affected user ids, or with null if any user may be affected. */
  onRevocation(listener: (userIds: Keys) => void): () => void {
    this.listen();
    this.revocationListeners.add(listener);
    return () => this.revocationListeners.delete(listener);
  }

  /** Subscribes at the first use, because a process without requests or streams needs no connection to listen on. */
  private listen(): void {
    this.unsubscribe ??= this.signals.subscribe(revocationsTopic, (userIds) => this.forget(userIds));
  }

  private forget(userIds: Keys): void {
    this.revocationCount++;
    if (userIds === null) this.actors.clear();
    else this.removeActorsOf(new Set(userIds));
    for (const listener of this.revocationListeners) listener(userIds);
  }

  private removeActorsOf(userIds: ReadonlySet<number>): void {
    for (const [sessionId, actor] of this.actors.entries()) if (userIds.has(actor.id)) this.actors.delete(sessionId);
  }
}
