import { Injectable } from '@nestjs/common';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import { CoinsEarned } from '../../rewards';
import { Notifier, type NewNotification } from '../notifier';

@Injectable()
@AfterCommit(CoinsEarned)
export class NotifyWhenCoinsEarned implements AfterCommitHandler<CoinsEarned> {
  constructor(private readonly notifier: Notifier) {}

  handle(event: CoinsEarned): Promise<void> {
    return this.handleAll([event]);
  }

  async handleAll(events: CoinsEarned[]): Promise<void> {
    await this.notifier.notify(events.map(toNotification));
  }
}

const toNotification = ({ payload: { transactionId, userId, amount, description } }: CoinsEarned): NewNotification => ({
  userId,
  type: 'teocoin_earned',
  message: `You have earned ${amount} TeoCoins. ${description}`.trim(),
  relatedObjectType: 'rewards.teocointransaction',
  relatedObjectId: transactionId,
  actionUrl: '/coins',
  dedupeKey: `teocoin_earned:rewards.teocointransaction.${transactionId}:1`,
});
