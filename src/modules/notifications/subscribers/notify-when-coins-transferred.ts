import { Injectable } from '@nestjs/common';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import { CoinsTransferred } from '../../rewards';
import { Notifier, type NewNotification } from '../notifier';
import { withoutLinks } from '../without-links';

/** Notifies only the recipient because the sender knows of the transfer. */
@Injectable()
@AfterCommit(CoinsTransferred)
export class NotifyWhenCoinsTransferred implements AfterCommitHandler<CoinsTransferred> {
  constructor(private readonly notifier: Notifier) {}

  handle(event: CoinsTransferred): Promise<void> {
    return this.handleAll([event]);
  }

  async handleAll(events: CoinsTransferred[]): Promise<void> {
    await this.notifier.notify(events.map(toNotification));
  }
}

function toNotification({ payload }: CoinsTransferred): NewNotification {
  const { operationId, senderUsername, recipientId, amount } = payload;
  const message = withoutLinks(payload.message);
  return {
    userId: recipientId,
    type: 'teocoin_transfer',
    message: {
      text: 'received',
      values: { sender: senderUsername, amount, message, hasMessage: message ? 'yes' : 'no' },
    },
    actionUrl: '/coins',
    dedupeKey: `teocoin_transfer:${operationId}:1`,
  };
}
