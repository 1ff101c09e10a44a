import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Actor } from './actor';

const rememberMs = 10_000;

/** Finds the actor of a session: implemented by the module that owns people. Null: revoked, expired or deactivated. */
export abstract class ActorDirectory {
  abstract find(sessionId: string, userId: number): Promise<Actor | null>;
}

/**
 * The actors of the last ten seconds, so that authentication costs no statement on most requests. What ends a session in
 * this process forgets it at once; another process notices within those ten seconds.
 */
@Injectable()
export class KnownActors {
  private readonly actors = new LRUCache<string, Actor>({ max: 20_000, ttl: rememberMs });

  async of(sessionId: string, load: () => Promise<Actor | null>): Promise<Actor | null> {
    const known = this.actors.get(sessionId);
    if (known) return known;
    const actor = await load();
    if (actor) this.actors.set(sessionId, actor);
    return actor;
  }

  forget(sessionId: string): void {
    this.actors.delete(sessionId);
  }

  /** After a change of role or approval: every session of the person. */
  forgetPerson(userId: number): void {
    for (const [sessionId, actor] of this.actors.entries()) if (actor.id === userId) this.actors.delete(sessionId);
  }
}
