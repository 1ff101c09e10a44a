import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ReauthenticationRequired } from '../errors/access.errors';
import { Clock } from '../time/clock';
import type { Actor } from './actor';
import { ActorDirectory } from './actor-directory';

export const proofLifetimeMs = 10 * 60_000;

/** Requires that the caller has proved in this session, within ten minutes, who they are. A stolen token does not prove it. */
@Injectable()
export class RecentProofs implements OnModuleInit {
  private directory: ActorDirectory;

  constructor(
    private readonly clock: Clock,
    private readonly modules: ModuleRef,
  ) {}

  onModuleInit(): void {
    this.directory = this.modules.get(ActorDirectory, { strict: false });
  }

  /**
   * Reads the session again before it refuses, because a cached actor may be older than the proof.
   * @throws ReauthenticationRequired
   */
  async require(actor: Actor): Promise<void> {
    if (this.isRecent(actor)) return;
    const current = await this.directory.find(actor.sessionId, actor.id);
    if (!current || !this.isRecent(current)) throw new ReauthenticationRequired();
  }

  private isRecent({ provenAt }: Actor): boolean {
    return provenAt !== null && this.clock.now().getTime() - provenAt.getTime() < proofLifetimeMs;
  }
}
