import { Body, Controller, Delete, Get, Post } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { RequiresRecentProof } from '../../../platform/auth/route-access';
import { Forbidden } from '../../../platform/errors/access.errors';
import { NotStored } from '../../../platform/http/etag';
import type { Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { CurrentDevice, type RemoteDevice } from '../sign-in/device';
import { requireAdmin } from '../users.policy';
import { ApiKeyPage, CreatedApiKey, NewApiKey, showApiKey, type ApiKeyView } from './api-keys.dto';
import { ApiKeyNotFound, TooManyApiKeys } from './api-keys.errors';
import { ApiKeys } from './api-keys';

@NotStored()
@Controller('me/api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeys) {}

  @Get()
  @Route({
    summary: 'List my API keys, newest first',
    access: 'administrators',
    description: 'All keys that are neither revoked nor expired are on one page.',
    response: ApiKeyPage,
    errors: [Forbidden],
    tag: 'Me',
  })
  async listMyApiKeys(@CurrentActor() actor: Actor): Promise<Page<ApiKeyView>> {
    requireAdmin(actor);
    const keys = await this.keys.list(actor.id);
    return { data: keys.map(showApiKey), page: { nextCursor: null, hasMore: false } };
  }

  /** Not idempotent by key, because the stored response would contain the API key. */
  @Post()
  @RequiresRecentProof()
  @Route({
    summary: 'Create an API key for a machine',
    access: 'administrators, for themselves',
    description:
      'The machine acts as you, within the scopes. Send the key as `Authorization: Bearer teoart_…`. You are notified.',
    response: CreatedApiKey,
    status: 201,
    location: '/me/api-keys/{id}',
    errors: [Forbidden, TooManyApiKeys],
    tag: 'Me',
  })
  async createApiKey(
    @CurrentActor() actor: Actor,
    @Body({ schema: NewApiKey }) newKey: NewApiKey,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<CreatedApiKey> {
    requireAdmin(actor);
    const { row, key } = await this.keys.create(actor.id, newKey, device);
    return { ...showApiKey(row), key };
  }

  @Delete(':id')
  @Route({
    summary: 'Revoke an API key',
    access: 'administrators, for their own keys',
    errors: [Forbidden, ApiKeyNotFound],
    resource: 'API key',
    tag: 'Me',
  })
  async revokeApiKey(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<void> {
    requireAdmin(actor);
    await this.keys.revoke(actor.id, id, device);
  }
}
