import { PushChannel } from './push-channel';
import { PushController } from './push.controller';
import { PushFindings } from './push-findings';
import { PushSender } from './push-sender';
import { PushSubscription } from './push-subscription.entity';
import { PushSubscriptions } from './push-subscriptions';
import { RemoveEndedSubscriptions } from './remove-ended-subscriptions.job';
import { VapidKeys } from './vapid-keys';

/** What the module of notifications needs of this folder. */
export const push = {
  entities: [PushSubscription],
  controllers: [PushController],
  providers: [PushChannel, PushFindings, PushSender, PushSubscriptions, RemoveEndedSubscriptions, VapidKeys],
};
