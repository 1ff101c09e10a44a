import { Injectable } from '@nestjs/common';
import { bool, int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { insertRows } from '../../../platform/database/insert-rows';
import { Halts } from '../decisions/halts';
import { isUnexplainedSql, mayBePaidTwiceSql, mayPaySql } from '../withdrawals/payment-conditions';
import {
  ChainNotReadSinceHalt,
  HotWalletNotFound,
  NoncesNotAcknowledged,
  PaymentsUnexplained,
} from './administration.errors';
import { Decisions, type Decision } from '../decisions/decisions';

const shape = { id: int, nextNonce: int, headNonce: int, finalNonce: int, isHalted: bool, isRead: bool };
type Wallet = Row<typeof shape>;

/** Stopping the account that pays, and letting it go on. */
@Injectable()
export class HotWallets {
  constructor(
    private readonly database: Database,
    private readonly halts: Halts,
    private readonly decisions: Decisions,
  ) {}

  /** What was signed is still sent: it may be on its way already. @throws HotWalletNotFound */
  async halt(address: string, by: Omit<Decision, 'action'>): Promise<void> {
    return this.database.transaction(async () => {
      const { id } = await this.hold(address);
      if (await this.halts.hotWallet(id, by.reason))
        await this.decisions.keep({ hotWalletId: id }, { ...by, action: 'halt' });
    });
  }

  /**
   * Where the chain has consumed nonces beyond ours, `nextNonce` must be exactly its count, all of it final: only then do our
   * books hold every transfer that those nonces have made.
   * @throws HotWalletNotFound, ChainNotReadSinceHalt, NoncesNotAcknowledged, PaymentsUnexplained
   */
  async resume(address: string, nextNonce: number | undefined, by: Omit<Decision, 'action'>): Promise<void> {
    return this.database.transaction(async () => {
      const wallet = await this.hold(address);
      if (!wallet.isHalted) return;
      if (!wallet.isRead) throw new ChainNotReadSinceHalt();
      requireAcknowledged(wallet, nextNonce);
      await this.requireExplained();
      const decisionId = await this.decisions.keep({ hotWalletId: wallet.id }, { ...by, action: 'resume' });
      if (wallet.headNonce > wallet.nextNonce) await this.pass(wallet, decisionId);
      const sql = `UPDATE rewards_hot_wallet SET halted_at = NULL, halt_reason = '' WHERE id = $1`;
      await this.database.run(sql, [wallet.id]);
    });
  }

  private async hold(address: string): Promise<Wallet> {
    const found = await this.database.row(
      shape,
      `SELECT h.id, h.next_nonce AS "nextNonce", h.head_nonce AS "headNonce", h.final_nonce AS "finalNonce",
         h.halted_at IS NOT NULL AS "isHalted", EXISTS (SELECT 1 FROM rewards_chain_cursor c
           WHERE c.treasury = h.address AND c.observed_at >= h.halted_at) AS "isRead"
       FROM rewards_hot_wallet h WHERE h.address = $1${this.database.dialect.forUpdate('h')}`,
      [address],
    );
    if (!found) throw new HotWalletNotFound();
    return found;
  }

  /**
   * A restored backup has forgotten what it paid. A payment that nobody ordered, to the address and of the amount of what a
   * resumed wallet would pay or give back next, would be made good a second time; of what was refunded, it was.
   */
  private async requireExplained(): Promise<void> {
    const doubtful = await this.database.rows(
      { id: int },
      `SELECT w.id FROM rewards_withdrawal w WHERE ${mayBePaidTwiceSql('w')} AND EXISTS (
         SELECT 1 FROM rewards_payout p WHERE ${isUnexplainedSql('p')} AND ${mayPaySql('p', 'w')})
       ORDER BY w.id LIMIT 100`,
    );
    if (doubtful.length > 0) throw new PaymentsUnexplained(doubtful.map((withdrawal) => withdrawal.id));
  }

  /** Up to the chain's count; those that no withdrawal owns are somebody else's, and each of them is written down (I11). */
  private async pass({ id, nextNonce, headNonce }: Wallet, decisionId: number): Promise<void> {
    const owned = await this.database.rows(
      { nonce: int },
      'SELECT nonce FROM rewards_withdrawal WHERE hot_wallet_id = $1 AND nonce >= $2',
      [id, nextNonce],
    );
    const ours = new Set(owned.map(({ nonce }) => nonce));
    const passed = Array.from({ length: headNonce - nextNonce }, (_, index) => nextNonce + index);
    const rows = passed.filter((nonce) => !ours.has(nonce)).map((nonce) => [id, nonce, decisionId]);
    await insertRows(this.database, 'rewards_foreign_nonce', ['hot_wallet_id', 'nonce', 'decision_id'], rows);
    await this.database.run('UPDATE rewards_hot_wallet SET next_nonce = $2 WHERE id = $1', [id, headNonce]);
  }
}

function requireAcknowledged({ nextNonce, headNonce, finalNonce }: Wallet, given: number | undefined): void {
  const isAhead = headNonce > nextNonce;
  const isRight = isAhead ? given === headNonce && finalNonce === headNonce : (given ?? nextNonce) === nextNonce;
  if (!isRight) throw new NoncesNotAcknowledged({ nextNonce, headNonce, finalNonce });
}
