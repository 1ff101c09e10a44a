import { Injectable } from '@nestjs/common';
import { int, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { placeholders } from '../../../platform/database/insert-rows';
import { ChainDecision } from '../decisions/chain-decision.entity';
import { Withdrawal, type WithdrawalState } from '../withdrawals/withdrawal.entity';
import { withdrawalColumns, withdrawalShape } from '../withdrawals/withdrawals.query';
import { WithdrawalAttempt } from '../withdrawals/withdrawal-attempt.entity';

const details = columnsOf(Withdrawal, ['userId', 'nonce', 'blockNumber', 'consumedBy']);
const shape = { ...withdrawalShape, ...details.shape };
const attempt = columnsOf(WithdrawalAttempt).without('id', 'raw');
const decision = columnsOf(ChainDecision).without('id', 'withdrawalId', 'hotWalletId');
/** The condition of the statement finds only decisions that have a withdrawal. */
const decisionShape = { ...decision.shape, withdrawalId: int, actor: text };
export type AttemptRow = Row<typeof attempt.shape>;
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
    const sql = `SELECT ${withdrawalColumns}, ${details.columns('w')}
      FROM rewards_withdrawal w WHERE ${condition}`;
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
    const sql = `SELECT ${attempt.columns()}
      FROM rewards_withdrawal_attempt WHERE withdrawal_id IN (${placeholders(ids.length)}) ORDER BY id`;
    return this.database.rows(attempt.shape, sql, ids);
  }

  private decisionsOf(ids: readonly number[]): Promise<DecisionRow[]> {
    const sql = `SELECT d.withdrawal_id AS "withdrawalId", ${decision.columns('d')}, u.username AS actor
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
