import { Injectable } from '@nestjs/common';
import { bool, instant, int, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import type { ChainAction } from '../decisions/chain-decision.entity';
import type { AttemptKind } from '../nodes/attempt-kind';
import { waitingFor, type Waiting } from '../withdrawals/wait-reason';
import type { WithdrawalState } from '../withdrawals/withdrawal.entity';

const shape = {
  ...{ id: int, userId: int, amount: int, address: text, state: textOf<WithdrawalState>(), cancelling: bool },
  waitingFor: nullable(textOf<Waiting>()),
  ...{ nonce: nullable(int), txHash: text, blockNumber: nullable(int), consumedBy: text, reason: text },
  ...{ requestedAt: instant, changedAt: instant },
};
const attemptShape = {
  ...{ withdrawalId: int, kind: textOf<AttemptKind>(), txHash: text, maxFee: text, priorityFee: text },
  ...{ signedAt: instant, sentAt: nullable(instant), refusal: text },
};
const decisionShape = {
  ...{ withdrawalId: int, action: textOf<ChainAction>(), reason: text, actorId: int, actor: text, decidedAt: instant },
};
export type AttemptRow = Row<typeof attemptShape>;
export type DecisionRow = Row<typeof decisionShape>;
/** A withdrawal with all that is known of it, oldest attempts and decisions first. */
export interface ChainWithdrawalRow extends Row<typeof shape> {
  attempts: AttemptRow[];
  decisions: DecisionRow[];
}

interface Filter {
  state?: WithdrawalState | undefined;
  userId?: number | undefined;
}
interface Slice extends Filter {
  before?: number | undefined;
  count: number;
}

/** Withdrawals as an administrator has to see them: a page costs three statements. */
@Injectable()
export class ChainWithdrawals {
  constructor(private readonly database: Database) {}

  async one(id: number): Promise<ChainWithdrawalRow | undefined> {
    return (await this.rows('id = $1', [id]))[0];
  }

  /** Newest first. */
  list({ before = Number.MAX_SAFE_INTEGER, count, ...filter }: Slice): Promise<ChainWithdrawalRow[]> {
    const { sql, values } = conditionOf(filter, 3);
    return this.rows(`id < $1${sql} ORDER BY id DESC LIMIT $2`, [before, count, ...values]);
  }

  async count(filter: Filter): Promise<number> {
    const { sql, values } = conditionOf(filter, 1);
    const counted = `SELECT count(*) AS total FROM rewards_withdrawal WHERE 1 = 1${sql}`;
    return (await this.database.row({ total: int }, counted, values))?.total ?? 0;
  }

  private async rows(condition: string, values: readonly number[]): Promise<ChainWithdrawalRow[]> {
    const found = await this.database.rows(
      shape,
      `SELECT id, user_id AS "userId", amount, address, state, cancelling, ${waitingFor} AS "waitingFor", nonce, tx_hash AS "txHash",
         block_number AS "blockNumber", consumed_by AS "consumedBy", reason, requested_at AS "requestedAt",
         changed_at AS "changedAt" FROM rewards_withdrawal w WHERE ${condition}`,
      values,
    );
    const ids = found.map(({ id }) => id);
    if (ids.length === 0) return [];
    const attempts = byWithdrawal(await this.attemptsOf(ids));
    const decisions = byWithdrawal(await this.decisionsOf(ids));
    return found.map((row) => ({
      ...row,
      ...{ attempts: attempts.get(row.id) ?? [], decisions: decisions.get(row.id) ?? [] },
    }));
  }

  private attemptsOf(ids: readonly number[]): Promise<AttemptRow[]> {
    return this.database.rows(
      attemptShape,
      `SELECT withdrawal_id AS "withdrawalId", kind, tx_hash AS "txHash", max_fee AS "maxFee",
         priority_fee AS "priorityFee", signed_at AS "signedAt", sent_at AS "sentAt", refusal
       FROM rewards_withdrawal_attempt WHERE withdrawal_id IN (${placeholders(ids.length)}) ORDER BY id`,
      ids,
    );
  }

  private decisionsOf(ids: readonly number[]): Promise<DecisionRow[]> {
    return this.database.rows(
      decisionShape,
      `SELECT d.withdrawal_id AS "withdrawalId", d.action, d.reason, d.actor_id AS "actorId", u.username AS actor,
         d.decided_at AS "decidedAt"
       FROM rewards_chain_decision d JOIN users_user u ON u.id = d.actor_id
       WHERE d.withdrawal_id IN (${placeholders(ids.length)}) ORDER BY d.id`,
      ids,
    );
  }
}

/** A state is one of a list, never a text from outside. */
function conditionOf({ state, userId }: Filter, from: number): { sql: string; values: number[] } {
  const ofState = state ? ` AND state = '${state}'` : '';
  return userId === undefined
    ? { sql: ofState, values: [] }
    : { sql: `${ofState} AND user_id = $${from}`, values: [userId] };
}

function byWithdrawal<T extends { withdrawalId: number }>(rows: readonly T[]): Map<number, T[]> {
  const grouped = new Map<number, T[]>();
  for (const row of rows) grouped.set(row.withdrawalId, [...(grouped.get(row.withdrawalId) ?? []), row]);
  return grouped;
}
