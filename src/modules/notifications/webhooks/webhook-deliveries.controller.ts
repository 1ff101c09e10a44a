import { Controller, Get, Post, Query } from '@nestjs/common';
import { requireAdministrator } from '../../../platform/auth/administrator';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { ClosedToApiKeys } from '../../../platform/auth/route-access';
import { Forbidden } from '../../../platform/errors/access.errors';
import { InvalidCursor } from '../../../platform/http/problems/http.errors';
import type { Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import {
  showDelivery,
  WebhookDeliveryPage,
  WebhookDeliveryQuery,
  type WebhookDelivery,
} from './webhook-deliveries.dto';
import { WebhookDeliveries } from './webhook-deliveries';
import { WebhookEndpoints } from './endpoints/webhook-endpoints';
import { WebhookDeliveryNotFound, WebhookDeliveryNotRetryable, WebhookEndpointNotFound } from './webhooks.errors';

const access = 'administrators';
const tag = 'Webhooks';

@Controller('webhook-endpoints/:id/deliveries')
export class WebhookDeliveriesController {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly deliveries: WebhookDeliveries,
  ) {}

  @Get()
  @ClosedToApiKeys()
  @Route({
    summary: 'List what was sent to a webhook endpoint, newest first',
    description: 'Deliveries are kept as long as their notifications.',
    response: WebhookDeliveryPage,
    errors: [Forbidden, InvalidCursor, WebhookEndpointNotFound],
    access,
    tag,
  })
  async listWebhookDeliveries(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Query({ schema: WebhookDeliveryQuery }) query: WebhookDeliveryQuery,
  ): Promise<Page<WebhookDelivery>> {
    requireAdministrator(actor);
    await this.endpoints.get(id);
    return this.deliveries.list(id, query, showDelivery);
  }

  @Post(':deliveryId/retries')
  @Audited('notifications.webhook-delivery-retried')
  @ClosedToApiKeys()
  @Route({
    summary: 'Send a failed or skipped message to a webhook endpoint again',
    description: 'The message has the same `webhook-id` as before, and gets all attempts again.',
    errors: [Forbidden, WebhookEndpointNotFound, WebhookDeliveryNotFound, WebhookDeliveryNotRetryable],
    access,
    tag,
  })
  async retryWebhookDelivery(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Id('deliveryId') deliveryId: number,
  ): Promise<void> {
    requireAdministrator(actor);
    await this.endpoints.get(id);
    await this.deliveries.retry(id, deliveryId);
  }
}
