import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import { ChainHalted, DepositCredited, WithdrawalConfirmed, WithdrawalFailed } from '../../chain';
import { Notifier, type NewNotification } from '../notifier';
import type { LocalMessage } from '../types/notification-types';

type ChainEvent = WithdrawalConfirmed | WithdrawalFailed | DepositCredited | ChainHalted;

/** Notifies the owner of coins that were moved on the chain, and all administrators when payments are halted. */
@Injectable()
@AfterCommit(WithdrawalConfirmed, WithdrawalFailed, DepositCredited, ChainHalted)
export class TellPersonWhenCoinsMoveOnChain implements AfterCommitHandler<ChainEvent> {
  constructor(
    private readonly database: Database,
    private readonly notifier: Notifier,
  ) {}

  async handle(event: ChainEvent): Promise<void> {
    const notifications = event instanceof ChainHalted ? await this.toAlerts(event) : [toNotification(event)];
    await this.notifier.notify(notifications);
  }

  private async toAlerts({ payload: { subject, reason, haltedAt } }: ChainHalted): Promise<NewNotification[]> {
    const sql = `SELECT id FROM users_user WHERE role = 'admin' AND is_active = $1`;
    const administrators = await this.database.rows({ id: int }, sql, [true]);
    return administrators.map(({ id }) => ({
      userId: id,
      type: 'security_alert',
      message: { text: 'paymentsHalted', values: { subject, reason } },
      // A later halt is another alert because the key contains the time of the halt.
      dedupeKey: `security_alert:${subject}:${haltedAt}`,
    }));
  }
}

function toNotification(event: Exclude<ChainEvent, ChainHalted>): NewNotification {
  if (event instanceof DepositCredited) return toDepositCredited(event);
  if (event instanceof WithdrawalConfirmed) return toWithdrawalConfirmed(event);
  return toWithdrawalFailed(event);
}

function toDepositCredited({ payload: { depositId, userId, amount } }: DepositCredited): NewNotification {
  const message = { text: 'credited', values: { amount } };
  return buildNotification('deposit_credited', 'rewards.deposit', { id: depositId, userId, message });
}

function toWithdrawalConfirmed({
  payload: { withdrawalId, userId, amount, address },
}: WithdrawalConfirmed): NewNotification {
  const message = { text: 'confirmed', values: { amount, address } };
  return buildNotification('withdrawal_confirmed', 'rewards.withdrawal', { id: withdrawalId, userId, message });
}

function toWithdrawalFailed({ payload: { withdrawalId, userId, amount, reason } }: WithdrawalFailed): NewNotification {
  const message = { text: 'failed', values: { amount, reason } };
  return buildNotification('withdrawal_failed', 'rewards.withdrawal', { id: withdrawalId, userId, message });
}

/** The version in the key is always 1 because a withdrawal or a deposit ends only once. */
function buildNotification(
  type: string,
  objectType: string,
  { id, userId, message }: { id: number; userId: number; message: LocalMessage },
) {
  return {
    userId,
    type,
    message,
    relatedObjectType: objectType,
    relatedObjectId: id,
    actionUrl: '/coins',
    dedupeKey: `${type}:${objectType}.${id}:1`,
  };
}
