import { WebhookEndpoint } from './webhook-endpoint.entity';
import { WebhookEndpoints } from './webhook-endpoints';
import { WebhookEndpointsController } from './webhook-endpoints.controller';
import { WebhookSecrets } from './webhook-secrets';

/** What the module of notifications needs of this folder. */
export const webhooks = {
  entities: [WebhookEndpoint],
  controllers: [WebhookEndpointsController],
  providers: [WebhookEndpoints, WebhookSecrets],
};
