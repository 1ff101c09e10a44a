import { Body, Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { requireAdministrator } from '../../../../platform/auth/administrator';
import { Audited } from '../../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../../platform/auth/actor';
import { ClosedToApiKeys, RequiresRecentProof } from '../../../../platform/auth/route-access';
import { Forbidden } from '../../../../platform/errors/access.errors';
import type { Page } from '../../../../platform/http/pagination';
import { Id } from '../../../../platform/http/parameters';
import { Route } from '../../../../platform/http/route';
import {
  NewWebhookEndpoint,
  showEndpoint,
  WebhookEndpointPage,
  WebhookEndpointView,
  WebhookEndpointWithSecret,
} from './webhook-endpoints.dto';
import { WebhookEndpoints } from './webhook-endpoints';
import { TooManyWebhookEndpoints, WebhookEndpointNotFound } from '../webhooks.errors';

const access = 'administrators';
const tag = 'Webhooks';

@Controller('webhook-endpoints')
export class WebhookEndpointsController {
  constructor(private readonly endpoints: WebhookEndpoints) {}

  @Get()
  @ClosedToApiKeys()
  @Route({
    summary: 'List the webhook endpoints, newest first',
    description: 'All endpoints are on one page.',
    response: WebhookEndpointPage,
    errors: [Forbidden],
    access,
    tag,
  })
  async listWebhookEndpoints(@CurrentActor() actor: Actor): Promise<Page<WebhookEndpointView>> {
    requireAdministrator(actor);
    const rows = await this.endpoints.list();
    return { data: rows.map(showEndpoint), page: { nextCursor: null, hasMore: false } };
  }

  /** Not idempotent by key, because the stored response would contain the secret. */
  @Post()
  @Audited('notifications.webhook-endpoint-created', { creates: 'webhook-endpoints' })
  @ClosedToApiKeys()
  @RequiresRecentProof()
  @Route({
    summary: 'Send notifications to another system of the school',
    description:
      'Every notification of these types is sent to the address, signed as “Standard Webhooks” specifies. Keep the secret of the response: it verifies the signatures.',
    rules: {
      reachable_url: 'The address is on the internet. In production it starts with `https://`.',
      registered_type: 'The type is registered in this school.',
    },
    response: WebhookEndpointWithSecret,
    status: 201,
    location: '/webhook-endpoints/{id}',
    errors: [Forbidden, TooManyWebhookEndpoints],
    access,
    tag,
  })
  async createWebhookEndpoint(
    @CurrentActor() actor: Actor,
    @Body({ schema: NewWebhookEndpoint }) newEndpoint: NewWebhookEndpoint,
  ): Promise<WebhookEndpointWithSecret> {
    requireAdministrator(actor);
    const { row, secret } = await this.endpoints.create(actor.id, newEndpoint);
    return { ...showEndpoint(row), secret };
  }

  @Get(':id')
  @ClosedToApiKeys()
  @Route({
    summary: 'Show a webhook endpoint',
    response: WebhookEndpointView,
    errors: [Forbidden, WebhookEndpointNotFound],
    access,
    tag,
  })
  async getWebhookEndpoint(@CurrentActor() actor: Actor, @Id() id: number): Promise<WebhookEndpointView> {
    requireAdministrator(actor);
    return showEndpoint(await this.endpoints.get(id));
  }

  /** Not idempotent by key, because the stored response would contain the secret. */
  @Post(':id/secrets')
  @Audited('notifications.webhook-secret-replaced')
  @ClosedToApiKeys()
  @RequiresRecentProof()
  @Route({
    summary: 'Replace the secret of a webhook endpoint',
    description:
      'For 24 hours messages are signed with both secrets, so that the receiver has time to learn the new one.',
    response: WebhookEndpointWithSecret,
    status: 201,
    location: '/webhook-endpoints/{id}',
    errors: [Forbidden, WebhookEndpointNotFound],
    access,
    tag,
  })
  async rotateWebhookSecret(@CurrentActor() actor: Actor, @Id() id: number): Promise<WebhookEndpointWithSecret> {
    requireAdministrator(actor);
    const { row, secret } = await this.endpoints.rotateSecret(id);
    return { ...showEndpoint(row), secret };
  }

  @Put(':id/activation')
  @Audited('notifications.webhook-endpoint-activated')
  @ClosedToApiKeys()
  @RequiresRecentProof()
  @Route({
    summary: 'Send to a webhook endpoint again',
    description: 'Notifications that were created while the endpoint was not active are not sent.',
    response: WebhookEndpointView,
    errors: [Forbidden, WebhookEndpointNotFound],
    access,
    tag,
  })
  async activateWebhookEndpoint(@CurrentActor() actor: Actor, @Id() id: number): Promise<WebhookEndpointView> {
    requireAdministrator(actor);
    return showEndpoint(await this.endpoints.activate(id));
  }

  @Delete(':id/activation')
  @Audited('notifications.webhook-endpoint-deactivated')
  @ClosedToApiKeys()
  @RequiresRecentProof()
  @Route({
    summary: 'Send nothing more to a webhook endpoint',
    response: WebhookEndpointView,
    errors: [Forbidden, WebhookEndpointNotFound],
    access,
    tag,
  })
  async deactivateWebhookEndpoint(@CurrentActor() actor: Actor, @Id() id: number): Promise<WebhookEndpointView> {
    requireAdministrator(actor);
    return showEndpoint(await this.endpoints.deactivate(id));
  }

  @Delete(':id')
  @Audited('notifications.webhook-endpoint-deleted')
  @ClosedToApiKeys()
  @RequiresRecentProof()
  @Route({
    summary: 'Delete a webhook endpoint',
    errors: [Forbidden, WebhookEndpointNotFound],
    access,
    tag,
  })
  async deleteWebhookEndpoint(@CurrentActor() actor: Actor, @Id() id: number): Promise<void> {
    requireAdministrator(actor);
    await this.endpoints.remove(id);
  }
}
