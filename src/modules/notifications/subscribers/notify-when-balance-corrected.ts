import { Injectable } from '@nestjs/common';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import { BalanceCorrected } from '../../rewards';
import { Notifier, type NewNotification } from '../notifier';

/** Notifies a person of each correction of their balance, because coins must not disappear without a word (rule 28). */
@Injectable()
@AfterCommit(BalanceCorrected)
export class NotifyWhenBalanceCorrected implements AfterCommitHandler<BalanceCorrected> {
  constructor(private readonly notifier: Notifier) {}

  handle(event: BalanceCorrected): Promise<void> {
    return this.handleAll([event]);
  }

  async handleAll(events: BalanceCorrected[]): Promise<void> {
    await this.notifier.notify(events.map(toNotification));
  }
}

function toNotification({ payload }: BalanceCorrected): NewNotification {
  const { transactionId, userId, amount, kind, reason } = payload;
  return {
    userId,
    type: 'balance_corrected',
    message: { text: amount < 0 ? 'taken' : 'added', values: { amount: Math.abs(amount), kind, reason } },
    relatedObjectType: 'rewards.teocointransaction',
    relatedObjectId: transactionId,
    actionUrl: '/coins',
    dedupeKey: `balance_corrected:rewards.teocointransaction.${transactionId}:1`,
  };
}
