import { EndpointFailures } from './endpoint-failures';
import { WebhookChannel } from './webhook-channel';
import { WebhookDeliveries } from './webhook-deliveries';
import { WebhookDeliveriesController } from './webhook-deliveries.controller';
import { WebhookEndpoint } from './endpoints/webhook-endpoint.entity';
import { WebhookEndpoints } from './endpoints/webhook-endpoints';
import { WebhookEndpointsController } from './endpoints/webhook-endpoints.controller';
import { WebhookFindings } from './webhook-findings';
import { WebhookMessages } from './webhook-messages';
import { WebhookSecrets } from './endpoints/webhook-secrets';
import { WebhookSender } from './webhook-sender';
import { WebhookTargets } from './webhook-targets';

/** What the module of notifications needs of this folder. */
export const webhooks = {
  entities: [WebhookEndpoint],
  controllers: [WebhookEndpointsController, WebhookDeliveriesController],
  providers: [
    EndpointFailures,
    WebhookChannel,
    WebhookDeliveries,
    WebhookEndpoints,
    WebhookFindings,
    WebhookMessages,
    WebhookSecrets,
    WebhookSender,
    WebhookTargets,
  ],
};
