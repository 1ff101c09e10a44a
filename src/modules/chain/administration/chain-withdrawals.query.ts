import { Injectable } from '@nestjs/common';
import { instant, int, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import type { ChainAction } from '../decisions/chain-decision.entity';
import type { AttemptKind } from '../nodes/attempt-kind';
import type { WithdrawalState } from '../withdrawals/withdrawal.entity';
import { withdrawalColumns, withdrawalShape } from '../withdrawals/withdrawals.query';

const shape = { ...withdrawalShape, userId: int, nonce: nullable(int), blockNumber: nullable(int), consumedBy: text };
const attemptShape = {
  withdrawalId: int,
  kind: textOf<AttemptKind>(),
  txHash: text,
  maxFee: text,
  priorityFee: text,
  signedAt: instant,
  sentAt: nullable(instant),
  refusal: text,
};
const decisionShape = {
  withdrawalId: int,
  action: textOf<ChainAction>(),
  reason: text,
  actorId: int,
  actor: text,
  decidedAt: instant,
};
export type AttemptRow = Row<typeof attemptShape>;
export type DecisionRow = Row<typeof decisionShape>;
/** Attempts and decisions are oldest first. */
export interface ChainWithdrawalRow extends Row<typeof shape> {
  attempts: AttemptRow[];
  decisions: DecisionRow[];
}

interface Filter {
  state?: WithdrawalState | undefined;
  userId?: number | undefined;
}
interface PageFilter extends Filter {
  before?: number | undefined;
  count: number;
}

/** Withdrawals of all people, for administrators. A page costs three statements. */
@Injectable()
export class ChainWithdrawals {
  constructor(private readonly database: Database) {}

  async get(id: number): Promise<ChainWithdrawalRow> {
    return (await this.read('w.id = $1', [id]))[0]!;
  }

  /** Newest first. */
  list({ before = Number.MAX_SAFE_INTEGER, count, ...filter }: PageFilter): Promise<ChainWithdrawalRow[]> {
    const { sql, values } = conditionOf(filter, 3);
    return this.read(`w.id < $1${sql} ORDER BY w.id DESC LIMIT $2`, [before, count, ...values]);
  }

  async count(filter: Filter): Promise<number> {
    const { sql, values } = conditionOf(filter, 1);
    const countSql = `SELECT count(*) AS total FROM rewards_withdrawal w WHERE 1 = 1${sql}`;
    return (await this.database.row({ total: int }, countSql, values))?.total ?? 0;
  }

  private async read(condition: string, values: readonly number[]): Promise<ChainWithdrawalRow[]> {
    const sql = `SELECT ${withdrawalColumns}, w.user_id AS "userId", w.nonce, w.block_number AS "blockNumber",
      w.consumed_by AS "consumedBy" FROM rewards_withdrawal w WHERE ${condition}`;
    const found = await this.database.rows(shape, sql, values);
    const ids = found.map(({ id }) => id);
    if (ids.length === 0) return [];
    const attempts = await this.attemptsOf(ids);
    const decisions = await this.decisionsOf(ids);
    return found.map((row) => ({
      ...row,
      attempts: attempts.filter(({ withdrawalId }) => withdrawalId === row.id),
      decisions: decisions.filter(({ withdrawalId }) => withdrawalId === row.id),
    }));
  }

  private attemptsOf(ids: readonly number[]): Promise<AttemptRow[]> {
    const sql = `SELECT withdrawal_id AS "withdrawalId", kind, tx_hash AS "txHash", max_fee AS "maxFee",
        priority_fee AS "priorityFee", signed_at AS "signedAt", sent_at AS "sentAt", refusal
      FROM rewards_withdrawal_attempt WHERE withdrawal_id IN (${placeholders(ids.length)}) ORDER BY id`;
    return this.database.rows(attemptShape, sql, ids);
  }

  private decisionsOf(ids: readonly number[]): Promise<DecisionRow[]> {
    const sql = `SELECT d.withdrawal_id AS "withdrawalId", d.action, d.reason, d.actor_id AS "actorId", u.username AS actor,
        d.decided_at AS "decidedAt"
      FROM rewards_chain_decision d JOIN users_user u ON u.id = d.actor_id
      WHERE d.withdrawal_id IN (${placeholders(ids.length)}) ORDER BY d.id`;
    return this.database.rows(decisionShape, sql, ids);
  }
}

/** The state can be written into the SQL text, because it is one of the listed states and never a text of the client. */
function conditionOf({ state, userId }: Filter, parameter: number): { sql: string; values: number[] } {
  const stateSql = state ? ` AND w.state = '${state}'` : '';
  if (userId === undefined) return { sql: stateSql, values: [] };
  return { sql: `${stateSql} AND w.user_id = $${parameter}`, values: [userId] };
}
