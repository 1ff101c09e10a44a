import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database } from '../database/database';
import { Signals, type Keys } from '../signals/signals';
import type { Actor } from './actor';

const rememberMs = 10_000;
const revocationsTopic = 'revocations';

/** Finds the actor of a session: implemented by the module that owns people. Null: revoked, expired or deactivated. */
export abstract class ActorDirectory {
  abstract find(sessionId: string, userId: number): Promise<Actor | null>;
}

/**
 * The actors of the last ten seconds, so that authentication costs no statement on most requests. A revocation is forgotten
 * here at once and in every other process as soon as its signal arrives; the ten seconds are for a signal that was lost.
 */
@Injectable()
export class KnownActors {
  private readonly actors = new LRUCache<string, Actor>({ max: 20_000, ttl: rememberMs });
  private readonly revocationListeners = new Set<(people: Keys) => void>();
  /** Counts revocations: a load that began before one may have read what was revoked, and is not remembered. */
  private generation = 0;
  private deaf: (() => void) | undefined;

  constructor(
    private readonly database: Database,
    private readonly signals: Signals,
  ) {}

  async of(sessionId: string, load: () => Promise<Actor | null>): Promise<Actor | null> {
    const known = this.actors.get(sessionId);
    if (known) return known;
    this.listen();
    const { generation } = this;
    const actor = await load();
    if (actor && generation === this.generation) this.actors.set(sessionId, actor);
    return actor;
  }

  /**
   * Inside the transaction that ends sessions of a person, or changes what they may do: once it is committed, every process
   * loads their actors anew, and whatever is open for them ends.
   */
  revoke(userId: number): void {
    this.database.afterCommit(() => this.forget([userId]));
    this.signals.send(revocationsTopic, [userId]);
  }

  /** Calls `listener` at each revocation, of any process, with the people concerned; null: anybody may be. */
  onRevocation(listener: (people: Keys) => void): () => void {
    this.listen();
    this.revocationListeners.add(listener);
    return () => this.revocationListeners.delete(listener);
  }

  /** Only a process that answers requests or streams has somebody to forget: the others open no connection to listen. */
  private listen(): void {
    this.deaf ??= this.signals.subscribe(revocationsTopic, (people) => this.forget(people));
  }

  private forget(people: Keys): void {
    this.generation++;
    if (people === null) this.actors.clear();
    else this.forgetEach(new Set(people));
    for (const listener of this.revocationListeners) listener(people);
  }

  private forgetEach(people: ReadonlySet<number>): void {
    for (const [sessionId, actor] of this.actors.entries()) if (people.has(actor.id)) this.actors.delete(sessionId);
  }
}
