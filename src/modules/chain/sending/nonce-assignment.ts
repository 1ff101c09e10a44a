import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { tuplesSql } from '../../../platform/database/insert-rows';
import { Leases, type HeldLease } from '../../../platform/jobs/leases';
import { Clock } from '../../../platform/time/clock';
import type { CursorState } from '../cursor/cursor-store';
import { ChainConfig } from '../settings/chain-settings';
import { unitsPerCoin } from '../settings/token';
import { isWithheldSql } from '../withdrawals/payment-conditions';
import { selectPayable, type Blocked, type WaitingWithdrawal } from './budget';
import { Signer } from './signer';

/** Assigns the next nonces to waiting withdrawals, in the order of their requests. The nonce of a withdrawal never changes. */
@Injectable()
export class NonceAssignment {
  constructor(
    private readonly database: Database,
    private readonly leases: Leases,
    private readonly chain: ChainConfig,
    private readonly signer: Signer,
    private readonly clock: Clock,
  ) {}

  /** @returns the number of withdrawals that got a nonce */
  async assign(lease: HeldLease, cursor: CursorState): Promise<number> {
    const limit = await this.signer.remainingLimit();
    return this.database.transaction(async () => {
      await this.leases.fence(lease);
      const waiting = await this.lockWaiting(cursor.walletId);
      const treasury = waiting.length > 0 ? await this.uncommittedCoins(cursor) : 0;
      const { payable, blocked } = selectPayable(waiting, { limit, treasury });
      await this.saveBlocked(cursor, blocked);
      if (payable.length === 0) return 0;
      const firstNonce = await this.takeNonces(cursor.walletId, payable.length);
      if (firstNonce === null) return 0;
      await this.bindNonces(cursor.walletId, firstNonce, payable);
      return payable.length;
    });
  }

  /** Locks and returns waiting withdrawals, up to the limit of withdrawals that are under way. Withdrawals of closed accounts are skipped. */
  private lockWaiting(walletId: number): Promise<WaitingWithdrawal[]> {
    const freeSlotsSql = `SELECT CASE WHEN count(*) < $2 THEN $2 - count(*) ELSE 0 END FROM rewards_withdrawal
      WHERE hot_wallet_id = $1 AND state IN ('signing', 'signed', 'broadcast')`;
    const sql = `SELECT w.id, w.amount FROM rewards_withdrawal w
      WHERE w.state = 'reserved' AND NOT w.cancelling AND NOT (${isWithheldSql('w')})
      ORDER BY w.id LIMIT (${freeSlotsSql})${this.database.dialect.forUpdate('w')}`;
    return this.database.rows({ id: int, amount: int }, sql, [walletId, this.chain.settings.maxInFlightCount]);
  }

  /** The coins of the treasury at the final block, minus the withdrawals that have a nonce and may still be paid from these coins. */
  private async uncommittedCoins({ treasuryUnits }: CursorState): Promise<number> {
    const sql = `SELECT COALESCE(sum(amount), 0) AS total FROM rewards_withdrawal
      WHERE state IN ('signing', 'signed', 'broadcast', 'mined', 'halted')`;
    const committed = (await this.database.row({ total: int }, sql))!;
    const treasuryCoins = Number(BigInt(treasuryUnits) / unitsPerCoin);
    return treasuryCoins - committed.total;
  }

  /** The cursor stores the blocked withdrawal, so that people can see what their withdrawals wait for. */
  private async saveBlocked({ waitsFrom, waitsFor }: CursorState, blocked: Blocked | null): Promise<void> {
    const id = blocked?.id ?? null;
    const lacks = blocked?.lacks ?? '';
    if (waitsFrom === id && waitsFor === lacks) return;
    const sql = 'UPDATE rewards_chain_cursor SET waits_from = $2, waits_for = $3 WHERE chain_id = $1';
    await this.database.run(sql, [this.chain.settings.chainId, id, lacks]);
  }

  /** @returns the first of `count` nonces, or null if the wallet has been halted in the meantime */
  private async takeNonces(walletId: number, count: number): Promise<number | null> {
    const sql = `UPDATE rewards_hot_wallet SET next_nonce = next_nonce + $2 WHERE id = $1 AND halted_at IS NULL
      RETURNING next_nonce AS "nextNonce"`;
    const wallet = await this.database.row({ nextNonce: int }, sql, [walletId, count]);
    return wallet ? wallet.nextNonce - count : null;
  }

  private async bindNonces(
    walletId: number,
    firstNonce: number,
    withdrawals: readonly WaitingWithdrawal[],
  ): Promise<void> {
    const sql = `UPDATE rewards_withdrawal SET state = 'signing', hot_wallet_id = $1, nonce = v.column2, changed_at = $2
      FROM (VALUES ${tuplesSql(withdrawals.length, 2, ['bigint', 'bigint'], 3)}) AS v
      WHERE rewards_withdrawal.id = v.column1 AND rewards_withdrawal.state = 'reserved'`;
    const idsAndNonces = withdrawals.flatMap(({ id }, index) => [id, firstNonce + index]);
    const boundCount = await this.database.run(sql, [walletId, this.clock.now(), ...idsAndNonces]);
    // A nonce without a withdrawal would be a nonce gap, which blocks all later transactions.
    if (boundCount !== withdrawals.length)
      throw new Error(`Of ${withdrawals.length} nonces only ${boundCount} could be bound to withdrawals`);
  }
}
