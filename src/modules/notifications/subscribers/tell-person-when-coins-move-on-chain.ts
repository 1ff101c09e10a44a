import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import { ChainHalted, DepositCredited, WithdrawalConfirmed, WithdrawalFailed } from '../../chain';
import { Notifier, type News } from '../notifier';

type OnChain = WithdrawalConfirmed | WithdrawalFailed | DepositCredited | ChainHalted;

/** What the chain has settled is told to whose coins they are; what stands still, to every administrator. */
@Injectable()
@AfterCommit(WithdrawalConfirmed, WithdrawalFailed, DepositCredited, ChainHalted)
export class TellPersonWhenCoinsMoveOnChain implements AfterCommitHandler<OnChain> {
  constructor(
    private readonly database: Database,
    private readonly notifier: Notifier,
  ) {}

  async handle(event: OnChain): Promise<void> {
    await this.notifier.notify(event instanceof ChainHalted ? await this.alarm(event) : [newsOf(event)]);
  }

  private async alarm({ payload: { subject, reason, haltedAt } }: ChainHalted): Promise<News[]> {
    const sql = `SELECT id FROM users_user WHERE role = 'admin' AND is_active = $1`;
    const administrators = await this.database.rows({ id: int }, sql, [true]);
    return administrators.map(({ id }) => ({
      userId: id,
      type: 'security_alert',
      message: `Payments stand still until you look: ${subject}. ${reason}`.trim(),
      // Halted again later, it is another alarm.
      dedupeKey: `security_alert:${subject}:${haltedAt}`,
    }));
  }
}

function newsOf(event: Exclude<OnChain, ChainHalted>): News {
  if (event instanceof DepositCredited) return credited(event);
  return event instanceof WithdrawalConfirmed ? paid(event) : failed(event);
}

function credited({ payload: { depositId, userId, amount } }: DepositCredited): News {
  const message = `Your deposit of ${amount} TeoCoins was credited.`;
  return about('deposit_credited', 'rewards.deposit', { id: depositId, userId, message });
}

function paid({ payload: { withdrawalId, userId, amount, address } }: WithdrawalConfirmed): News {
  const message = `Your withdrawal of ${amount} TeoCoins has arrived at ${address}.`;
  return about('withdrawal_confirmed', 'rewards.withdrawal', { id: withdrawalId, userId, message });
}

function failed({ payload: { withdrawalId, userId, amount, reason } }: WithdrawalFailed): News {
  const message = `Your withdrawal of ${amount} TeoCoins was not paid; you have them back. ${reason}`.trim();
  return about('withdrawal_failed', 'rewards.withdrawal', { id: withdrawalId, userId, message });
}

/** A withdrawal and a deposit end once: version 1 is the only one. */
function about(type: string, object: string, { id, userId, message }: { id: number; userId: number; message: string }) {
  const related = { relatedObjectType: object, relatedObjectId: id, actionUrl: '/coins' };
  return { userId, type, message, ...related, dedupeKey: `${type}:${object}.${id}:1` };
}
