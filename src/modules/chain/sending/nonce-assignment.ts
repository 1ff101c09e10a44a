import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { tuples } from '../../../platform/database/insert-rows';
import { Leases, type HeldLease } from '../../../platform/jobs/leases';
import { Clock } from '../../../platform/time/clock';
import { Chain } from '../settings/chain-settings';
import type { CursorState } from '../cursor/cursor-store';
import { unitsPerCoin } from '../settings/token';
import { isWithheldSql } from '../withdrawals/payment-conditions';
import { selectPayable, type Budget, type Waiting } from './budget';
import { Signer } from './signer';

/** Gives waiting withdrawals the next nonces, in the order they came: from here on each of them is bound to its own. */
@Injectable()
export class NonceAssignment {
  constructor(
    private readonly database: Database,
    private readonly leases: Leases,
    private readonly chain: Chain,
    private readonly signer: Signer,
    private readonly clock: Clock,
  ) {}

  /** @returns how many were given a nonce */
  async assign(lease: HeldLease, marks: CursorState): Promise<number> {
    const limit = await this.signer.remaining();
    return this.database.transaction(async () => {
      await this.leases.fence(lease);
      const waiting = await this.waiting(marks.walletId);
      const treasury = waiting.length > 0 ? await this.uncommitted(marks) : 0;
      const { begun, next } = selectPayable(waiting, { limit, treasury });
      await this.note(marks, next);
      if (begun.length === 0) return 0;
      const first = await this.take(marks.walletId, begun.length);
      if (first === null) return 0;
      await this.bind(marks.walletId, first, begun);
      return begun.length;
    });
  }

  /** As many as there is room for among those under way. People whose account is closed are passed over. */
  private waiting(walletId: number): Promise<Waiting[]> {
    return this.database.rows(
      { id: int, amount: int },
      `SELECT w.id, w.amount FROM rewards_withdrawal w
       WHERE w.state = 'reserved' AND NOT w.cancelling AND NOT (${isWithheldSql('w')}) ORDER BY w.id LIMIT (
         SELECT CASE WHEN count(*) < $2 THEN $2 - count(*) ELSE 0 END FROM rewards_withdrawal
         WHERE hot_wallet_id = $1 AND state IN ('signing', 'signed', 'broadcast'))${this.database.dialect.forUpdate('w')}`,
      [walletId, this.chain.settings.inFlight],
    );
  }

  /** What the treasury held at the final block, less what has a nonce and may still be paid out of it. */
  private async uncommitted({ treasuryUnits }: CursorState): Promise<number> {
    const committed = await this.database.row(
      { total: int },
      `SELECT COALESCE(sum(amount), 0) AS total FROM rewards_withdrawal
       WHERE state IN ('signing', 'signed', 'broadcast', 'mined', 'halted')`,
    );
    return Number(BigInt(treasuryUnits) / unitsPerCoin) - (committed?.total ?? 0);
  }

  /** So that who waits is told what for. */
  private async note(
    { waitsFrom, waitsFor }: CursorState,
    next: { id: number; lacks: keyof Budget } | null,
  ): Promise<void> {
    if (waitsFrom === (next?.id ?? null) && waitsFor === (next?.lacks ?? '')) return;
    await this.database.run('UPDATE rewards_chain_cursor SET waits_from = $2, waits_for = $3 WHERE chain_id = $1', [
      ...[this.chain.settings.chainId, next?.id ?? null, next?.lacks ?? ''],
    ]);
  }

  /** The first of `count` nonces; null when the wallet was halted meanwhile. */
  private async take(walletId: number, count: number): Promise<number | null> {
    const taken = await this.database.row(
      { next: int },
      `UPDATE rewards_hot_wallet SET next_nonce = next_nonce + $2 WHERE id = $1 AND halted_at IS NULL
       RETURNING next_nonce AS next`,
      [walletId, count],
    );
    return taken ? taken.next - count : null;
  }

  private async bind(walletId: number, first: number, waiting: readonly { id: number }[]): Promise<void> {
    const bound = await this.database.run(
      `UPDATE rewards_withdrawal SET state = 'signing', hot_wallet_id = $1, nonce = v.column2, changed_at = $2
       FROM (VALUES ${tuples(waiting.length, 2, ['bigint', 'bigint'], 3)}) AS v
       WHERE rewards_withdrawal.id = v.column1 AND rewards_withdrawal.state = 'reserved'`,
      [walletId, this.clock.now(), ...waiting.flatMap(({ id }, index) => [id, first + index])],
    );
    // A nonce without an owner would be a gap that holds up all that follow.
    if (bound !== waiting.length) throw new Error(`${waiting.length} nonces taken, ${bound} bound`);
  }
}
