import { Injectable } from '@nestjs/common';
import type { AfterCommitHandler } from '../../platform/events/domain-event';
import { AfterCommit } from '../../platform/events/handlers';
import { CoinsTransferred } from '../rewards';
import { Notifier } from './notifier';
import { withoutLinks } from './without-links';

/** Told to who receives them; the sender knows. */
@Injectable()
@AfterCommit(CoinsTransferred)
export class NotifyWhenCoinsTransferred implements AfterCommitHandler<CoinsTransferred> {
  constructor(private readonly notifier: Notifier) {}

  async handle({ payload }: CoinsTransferred): Promise<void> {
    const { operationId, senderUsername, recipientId, amount } = payload;
    const message = withoutLinks(payload.message);
    await this.notifier.notify([
      {
        userId: recipientId,
        type: 'teocoin_transfer',
        message: `${senderUsername} has given you ${amount} TeoCoins${message ? `: “${message}”` : '.'}`,
        actionUrl: '/coins',
        dedupeKey: `teocoin_transfer:${operationId}:1`,
      },
    ]);
  }
}
