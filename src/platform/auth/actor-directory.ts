import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database } from '../database/database';
import { Signals, type Keys } from '../signals/signals';
import type { Actor } from './actor';

const cacheTtlMs = 10_000;
const revocationsTopic = 'revocations';

/** Finds the actor of a session, or null if it is revoked, expired or deactivated. The users module implements this. */
export abstract class ActorDirectory {
  abstract find(sessionId: string, userId: number): Promise<Actor | null>;
}

/**
 * Caches actors for ten seconds, so that most requests authenticate without a query. A revocation removes the user's actors here
 * at once, and in every other process when its signal arrives. The ten seconds limit the effect of a lost signal.
 */
@Injectable()
export class ActorCache {
  private readonly actors = new LRUCache<string, Actor>({ max: 20_000, ttl: cacheTtlMs });
  private readonly revocationListeners = new Set<(people: Keys) => void>();
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
   * Must be called in the transaction that ends sessions of a user or changes their rights. After the commit, every process
   * loads their actors again and ends their open streams.
   */
  revoke(userId: number): void {
    this.database.afterCommit(() => this.forget([userId]));
    this.signals.send(revocationsTopic, [userId]);
  }

  /** Calls `listener` at each revocation in any process, with the affected user ids, or with null if any user may be affected. */
  onRevocation(listener: (people: Keys) => void): () => void {
    this.listen();
    this.revocationListeners.add(listener);
    return () => this.revocationListeners.delete(listener);
  }

  /** Subscribes at the first use, because a process without requests or streams needs no connection to listen on. */
  private listen(): void {
    this.unsubscribe ??= this.signals.subscribe(revocationsTopic, (people) => this.forget(people));
  }

  private forget(people: Keys): void {
    this.revocationCount++;
    if (people === null) this.actors.clear();
    else this.forgetEach(new Set(people));
    for (const listener of this.revocationListeners) listener(people);
  }

  private forgetEach(people: ReadonlySet<number>): void {
    for (const [sessionId, actor] of this.actors.entries()) if (people.has(actor.id)) this.actors.delete(sessionId);
  }
}
