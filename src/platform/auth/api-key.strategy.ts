import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { PassportStrategy } from '@nestjs/passport';
import { LRUCache } from 'lru-cache';
import { Strategy } from 'passport';
import type { RequestCredentials } from './access-token.strategy';
import type { Actor } from './actor';
import { ActorCache } from './actor-directory';
import { presentedKeyOf, type PresentedKey } from './api-keys';

/** Finds the administrator of an API key, or null if the key is wrong, revoked or expired. The users module implements this class. */
export abstract class ApiKeyDirectory {
  abstract find(key: PresentedKey): Promise<Actor | null>;
}

/** Accepts an API key instead of an access token. The one guard then checks its scopes. */
@Injectable()
export class ApiKeyStrategy extends PassportStrategy(Strategy, 'api-key') implements OnModuleInit {
  private directory: ApiKeyDirectory;
  /** The ids of keys by their hash. Only accepted keys are added, so that a client cannot use up the rate limit of another key. */
  private readonly accepted = new LRUCache<string, number>({ max: 1_000 });

  constructor(
    private readonly actors: ActorCache,
    private readonly modules: ModuleRef,
  ) {
    super();
  }

  onModuleInit(): void {
    this.directory = this.modules.get(ApiKeyDirectory, { strict: false });
  }

  override authenticate({ headers }: RequestCredentials): void {
    const key = presentedKeyOf(headers.authorization);
    if (!key) return this.fail();
    this.validate(key).then(
      (actor) => (actor ? this.success(actor) : this.fail()),
      (error: unknown) => this.error(error),
    );
  }

  async validate(key: PresentedKey): Promise<Actor | null> {
    const actor = await this.actors.getOrLoad(`key ${key.id} ${key.secretHash}`, () => this.directory.find(key));
    if (actor) this.accepted.set(key.secretHash, key.id);
    return actor;
  }

  /** The name under which rate limits count a key that was accepted before, or null. It uses no query. */
  countedAs(authorization: string | undefined): string | null {
    const key = presentedKeyOf(authorization);
    return key && this.accepted.get(key.secretHash) === key.id ? `key ${key.id}` : null;
  }
}
