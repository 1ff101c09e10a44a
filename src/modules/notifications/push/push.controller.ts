import { Body, Controller, Delete, Get, Post } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Public } from '../../../platform/auth/public';
import type { Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import {
  NewPushSubscription,
  PushPublicKey,
  PushSubscriptionPage,
  PushSubscriptionView,
  showSubscription,
} from './push.dto';
import { PushNotConfigured, PushSubscriptionNotFound } from './push.errors';
import { PushSubscriptions } from './push-subscriptions';
import { VapidKeys } from './vapid-keys';

const tag = 'Me';

@Controller()
export class PushController {
  constructor(
    private readonly subscriptions: PushSubscriptions,
    private readonly vapidKeys: VapidKeys,
  ) {}

  @Get('push/public-key')
  @Public()
  @Route({
    summary: 'Show the key with which a browser subscribes to push messages',
    response: PushPublicKey,
    tag: 'Notifications',
  })
  getPushPublicKey(): PushPublicKey {
    return { publicKey: this.vapidKeys.vapid?.publicKey ?? null };
  }

  @Get('me/push-subscriptions')
  @Route({
    summary: 'List the browsers that get your notifications, newest first',
    description: 'All are on one page.',
    response: PushSubscriptionPage,
    tag,
  })
  async listMyPushSubscriptions(@CurrentActor() actor: Actor): Promise<Page<PushSubscriptionView>> {
    const rows = await this.subscriptions.list(actor.id);
    return { data: rows.map(showSubscription), page: { nextCursor: null, hasMore: false } };
  }

  @Post('me/push-subscriptions')
  @Route({
    summary: 'Get notifications in this browser',
    description:
      'Send what `pushManager.subscribe` returned, at each start of the front end. It lasts as long as your session. A repeated request updates it, and a browser that belonged to another person is yours from then on. With more than ten browsers the oldest is dropped.',
    rules: {
      reachable_url: 'The address is on the internet. In production it starts with `https://`.',
      push_service: 'The host belongs to a push service that the school knows.',
    },
    response: PushSubscriptionView,
    status: 201,
    location: '/me/push-subscriptions/{id}',
    errors: [PushNotConfigured],
    tag,
  })
  async createPushSubscription(
    @CurrentActor() actor: Actor,
    @Body({ schema: NewPushSubscription }) subscription: NewPushSubscription,
  ): Promise<PushSubscriptionView> {
    return showSubscription(await this.subscriptions.add(actor, subscription));
  }

  @Delete('me/push-subscriptions/:id')
  @Route({
    summary: 'Get no more notifications in a browser',
    errors: [PushSubscriptionNotFound],
    resource: 'push subscription',
    tag,
  })
  async deletePushSubscription(@CurrentActor() actor: Actor, @Id() id: number): Promise<void> {
    await this.subscriptions.remove(actor.id, id);
  }
}
