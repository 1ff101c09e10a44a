import { Injectable } from '@nestjs/common';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import { CoinsEarned } from '../../rewards';
import { Notifier, type NewNotification } from '../notifier';

/**
 * Notifies of coins that somebody else's act brought: a gift, a grade, a change of a course. The response to the person's own act
 * contains its coins already, and the notification of an achievement names them (decision 0033).
 */
@Injectable()
@AfterCommit(CoinsEarned)
export class NotifyWhenCoinsEarned implements AfterCommitHandler<CoinsEarned> {
  constructor(private readonly notifier: Notifier) {}

  handle(event: CoinsEarned): Promise<void> {
    return this.handleAll([event]);
  }

  async handleAll(events: CoinsEarned[]): Promise<void> {
    const news = events.filter(({ payload: { isOwnAct, type } }) => !isOwnAct && type !== 'earned_achievement');
    await this.notifier.notify(news.map(toNotification));
  }
}

const toNotification = ({ payload: { transactionId, userId, amount, description } }: CoinsEarned): NewNotification => ({
  userId,
  type: 'teocoin_earned',
  message: { text: 'earned', values: { amount, description } },
  relatedObjectType: 'rewards.teocointransaction',
  relatedObjectId: transactionId,
  actionUrl: '/coins',
  dedupeKey: `teocoin_earned:rewards.teocointransaction.${transactionId}:1`,
});
