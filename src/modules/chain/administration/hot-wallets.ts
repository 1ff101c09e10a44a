import { Injectable } from '@nestjs/common';
import { bool, int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { insertRows } from '../../../platform/database/insert-rows';
import { Decisions, type DecisionMaker } from '../decisions/decisions';
import { Halts } from '../decisions/halts';
import { isUnexplainedSql, mayBePaidTwiceSql, mayPaySql } from '../withdrawals/payment-conditions';
import {
  ChainNotReadSinceHalt,
  HotWalletNotFound,
  NoncesNotAcknowledged,
  PaymentsUnexplained,
} from './administration.errors';
import { HotWallet } from '../cursor/hot-wallet.entity';

const nonces = columnsOf(HotWallet, ['id', 'nextNonce', 'headNonce', 'finalNonce']);
const shape = { ...nonces.shape, isHalted: bool, isPolledSinceHalt: bool };
type Wallet = Row<typeof shape>;

/** Halts and resumes the account that pays. */
@Injectable()
export class HotWallets {
  constructor(
    private readonly database: Database,
    private readonly halts: Halts,
    private readonly decisions: Decisions,
  ) {}

  /** Signed transactions are still sent, because they may already be in a pool. @throws HotWalletNotFound */
  async halt(address: string, by: DecisionMaker): Promise<void> {
    return this.database.transaction(async () => {
      const { id } = await this.lock(address);
      if (await this.halts.haltHotWallet(id, by.reason)) await this.decisions.record({ hotWalletId: id }, 'halt', by);
    });
  }

  /**
   * If the chain has used more nonces than the school has assigned, `nextNonce` must be exactly the count of the chain, and all of them must
   * be final. Only then does the database hold every transfer of these nonces.
   * @throws HotWalletNotFound, ChainNotReadSinceHalt, NoncesNotAcknowledged, PaymentsUnexplained
   */
  async resume(address: string, nextNonce: number | undefined, by: DecisionMaker): Promise<void> {
    return this.database.transaction(async () => {
      const wallet = await this.lock(address);
      if (!wallet.isHalted) return;
      if (!wallet.isPolledSinceHalt) throw new ChainNotReadSinceHalt(ChainNotReadSinceHalt.example.detail);
      requireAcknowledged(wallet, nextNonce);
      await this.requireExplained();
      const decisionId = await this.decisions.record({ hotWalletId: wallet.id }, 'resume', by);
      if (wallet.headNonce > wallet.nextNonce) await this.skipUsedNonces(wallet, decisionId);
      const sql = `UPDATE rewards_hot_wallet SET halted_at = NULL, halt_reason = '' WHERE id = $1`;
      await this.database.run(sql, [wallet.id]);
    });
  }

  private async lock(address: string): Promise<Wallet> {
    const sql = `SELECT ${nonces.columns('h')},
        h.halted_at IS NOT NULL AS "isHalted", EXISTS (SELECT 1 FROM rewards_chain_cursor c
          WHERE c.treasury = h.address AND c.observed_at >= h.halted_at) AS "isPolledSinceHalt"
      FROM rewards_hot_wallet h WHERE h.address = $1${this.database.dialect.forUpdate('h')}`;
    const found = await this.database.row(shape, sql, [address]);
    if (!found) throw new HotWalletNotFound();
    return found;
  }

  /**
   * A restored backup does not contain the payments since the backup. If a payment without a withdrawal has the address and amount of a
   * withdrawal, resuming could pay or refund that withdrawal a second time. A refunded one has already been paid twice.
   */
  private async requireExplained(): Promise<void> {
    const sql = `SELECT w.id FROM rewards_withdrawal w WHERE ${mayBePaidTwiceSql('w')} AND EXISTS (
        SELECT 1 FROM rewards_payout p WHERE ${isUnexplainedSql('p')} AND ${mayPaySql('p', 'w')})
      ORDER BY w.id LIMIT 100`;
    const doubtful = await this.database.rows({ id: int }, sql);
    if (doubtful.length > 0) throw new PaymentsUnexplained(doubtful.map(({ id }) => id));
  }

  /** Skips to the count of the chain. Each used nonce that belongs to no withdrawal is recorded as foreign (I11). */
  private async skipUsedNonces({ id, nextNonce, headNonce }: Wallet, decisionId: number): Promise<void> {
    const sql = 'SELECT nonce FROM rewards_withdrawal WHERE hot_wallet_id = $1 AND nonce >= $2';
    const owned = await this.database.rows({ nonce: int }, sql, [id, nextNonce]);
    const ours = new Set(owned.map(({ nonce }) => nonce));
    const used = Array.from({ length: headNonce - nextNonce }, (_, index) => nextNonce + index);
    const rows = used.filter((nonce) => !ours.has(nonce)).map((nonce) => [id, nonce, decisionId]);
    await insertRows(this.database, 'rewards_foreign_nonce', ['hot_wallet_id', 'nonce', 'decision_id'], rows);
    await this.database.run('UPDATE rewards_hot_wallet SET next_nonce = $2 WHERE id = $1', [id, headNonce]);
  }
}

function requireAcknowledged({ nextNonce, headNonce, finalNonce }: Wallet, given: number | undefined): void {
  const isAhead = headNonce > nextNonce;
  const isRight = isAhead ? given === headNonce && finalNonce === headNonce : (given ?? nextNonce) === nextNonce;
  if (!isRight) throw new NoncesNotAcknowledged({ nextNonce, headNonce, finalNonce });
}
