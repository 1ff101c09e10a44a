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
const decisionColumns = columnsOf(ChainDecision).without('id', 'withdrawalId', 'hotWalletId');
/** The condition of the statement finds only decisions that have a withdrawal. */
const decisionShape = { ...decisionColumns.shape, withdrawalId: int, actor: text };
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
  /** Only withdrawals with a lower id. */
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
  list({ before = Number.MAX_SAFE_INTEGER, count, state, userId }: PageFilter): Promise<ChainWithdrawalRow[]> {
    const andFilterSql = `${andStateSql(state)}${userId === undefined ? '' : ' AND w.user_id = $3'}`;
    const values = userId === undefined ? [before, count] : [before, count, userId];
    return this.read(`w.id < $1${andFilterSql} ORDER BY w.id DESC LIMIT $2`, values);
  }

  async count({ state, userId }: Filter): Promise<number> {
    const andFilterSql = `${andStateSql(state)}${userId === undefined ? '' : ' AND w.user_id = $1'}`;
    const values = userId === undefined ? [] : [userId];
    const sql = `SELECT count(*) AS total FROM rewards_withdrawal w WHERE 1 = 1${andFilterSql}`;
    return (await this.database.row({ total: int }, sql, values))!.total;
  }

  private async read(conditionSql: string, values: readonly number[]): Promise<ChainWithdrawalRow[]> {
    const sql = `SELECT ${withdrawalColumns}, ${details.columns('w')}
      FROM rewards_withdrawal w WHERE ${conditionSql}`;
    const withdrawals = await this.database.rows(shape, sql, values);
    if (withdrawals.length === 0) return [];
    const ids = withdrawals.map(({ id }) => id);
    const attempts = await this.listAttempts(ids);
    const decisions = await this.listDecisions(ids);
    return withdrawals.map((withdrawal) => ({
      ...withdrawal,
      attempts: attempts.filter(({ withdrawalId }) => withdrawalId === withdrawal.id),
      decisions: decisions.filter(({ withdrawalId }) => withdrawalId === withdrawal.id),
    }));
  }

  private listAttempts(ids: readonly number[]): Promise<AttemptRow[]> {
    const sql = `SELECT ${attempt.columns()}
      FROM rewards_withdrawal_attempt WHERE withdrawal_id IN (${placeholders(ids.length)}) ORDER BY id`;
    return this.database.rows(attempt.shape, sql, ids);
  }

  private listDecisions(ids: readonly number[]): Promise<DecisionRow[]> {
    const sql = `SELECT decision.withdrawal_id AS "withdrawalId", ${decisionColumns.columns('decision')},
        actor.username AS actor
      FROM rewards_chain_decision decision JOIN users_user actor ON actor.id = decision.actor_id
      WHERE decision.withdrawal_id IN (${placeholders(ids.length)}) ORDER BY decision.id`;
    return this.database.rows(decisionShape, sql, ids);
  }
}

/** The state can be written into the SQL text, because it is one of the listed states and never a text of the client. */
const andStateSql = (state?: WithdrawalState): string => (state ? ` AND w.state = '${state}'` : '');
