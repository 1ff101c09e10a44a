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

/** Halts and resumes hot wallets. A hot wallet is an account that pays withdrawals. */
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
      const isNewlyHalted = await this.halts.haltHotWallet(id, by.reason);
      if (isNewlyHalted) await this.decisions.record({ hotWalletId: id }, 'halt', by);
    });
  }

  /**
   * If the chain has used more nonces than the school has assigned, `nextNonce` must be exactly the nonce count of the chain, and all used
   * nonces must be final. Otherwise the database may lack transfers that were made with these nonces.
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
    const isPolledSinceHaltSql = `EXISTS (SELECT 1 FROM rewards_chain_cursor cursor
      WHERE cursor.treasury = wallet.address AND cursor.observed_at >= wallet.halted_at)`;
    const sql = `SELECT ${nonces.columns('wallet')}, wallet.halted_at IS NOT NULL AS "isHalted",
        ${isPolledSinceHaltSql} AS "isPolledSinceHalt"
      FROM rewards_hot_wallet wallet WHERE wallet.address = $1${this.database.dialect.forUpdate('wallet')}`;
    const wallet = await this.database.row(shape, sql, [address]);
    if (!wallet) throw new HotWalletNotFound();
    return wallet;
  }

  /**
   * A restored backup does not contain the payments since the backup. If a payment without a withdrawal has the address and amount of a
   * withdrawal, the resumed wallet could pay or refund this withdrawal a second time. If the withdrawal is refunded, this has already happened.
   * @throws PaymentsUnexplained
   */
  private async requireExplained(): Promise<void> {
    const sql = `SELECT withdrawal.id FROM rewards_withdrawal withdrawal
      WHERE ${mayBePaidTwiceSql('withdrawal')} AND EXISTS (SELECT 1 FROM rewards_payout payout
        WHERE ${isUnexplainedSql('payout')} AND ${mayPaySql('payout', 'withdrawal')})
      ORDER BY withdrawal.id LIMIT 100`;
    const withdrawals = await this.database.rows({ id: int }, sql);
    if (withdrawals.length > 0) throw new PaymentsUnexplained(withdrawals.map(({ id }) => id));
  }

  /** Sets the next nonce to the nonce count of the chain. Each used nonce that belongs to no withdrawal is recorded as foreign (I11). */
  private async skipUsedNonces({ id, nextNonce, headNonce }: Wallet, decisionId: number): Promise<void> {
    const sql = 'SELECT nonce FROM rewards_withdrawal WHERE hot_wallet_id = $1 AND nonce >= $2';
    const withdrawals = await this.database.rows({ nonce: int }, sql, [id, nextNonce]);
    const ownNonces = new Set(withdrawals.map(({ nonce }) => nonce));
    const usedNonces = Array.from({ length: headNonce - nextNonce }, (_, index) => nextNonce + index);
    const foreignNonces = usedNonces.filter((nonce) => !ownNonces.has(nonce));
    const rows = foreignNonces.map((nonce) => [id, nonce, decisionId]);
    await insertRows(this.database, 'rewards_foreign_nonce', ['hot_wallet_id', 'nonce', 'decision_id'], rows);
    await this.database.run('UPDATE rewards_hot_wallet SET next_nonce = $2 WHERE id = $1', [id, headNonce]);
  }
}

/** @throws NoncesNotAcknowledged */
function requireAcknowledged({ nextNonce, headNonce, finalNonce }: Wallet, acknowledged: number | undefined): void {
  const isChainAhead = headNonce > nextNonce;
  const isAcknowledged = isChainAhead
    ? acknowledged === headNonce && finalNonce === headNonce
    : acknowledged === undefined || acknowledged === nextNonce;
  if (!isAcknowledged) throw new NoncesNotAcknowledged({ nextNonce, headNonce, finalNonce });
}
