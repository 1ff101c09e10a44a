import { Injectable } from '@nestjs/common';
import { int } from '../../../../platform/database/columns';
import { Database } from '../../../../platform/database/database';
import { tuples } from '../../../../platform/database/insert-rows';
import { Leases, type HeldLease } from '../../../../platform/jobs/leases';
import { Clock } from '../../../../platform/time/clock';
import { Chain } from '../chain';
import type { Marks } from '../settlement/chain-marks';
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
  async assign(lease: HeldLease, { walletId }: Marks): Promise<number> {
    const cap = await this.signer.remaining();
    return this.database.transaction(async () => {
      await this.leases.fence(lease);
      const waiting = withinCap(await this.waiting(walletId), cap);
      if (waiting.length === 0) return 0;
      const first = await this.take(walletId, waiting.length);
      if (first === null) return 0;
      await this.bind(walletId, first, waiting);
      return waiting.length;
    });
  }

  /** As many as there is room for among those under way. */
  private waiting(walletId: number): Promise<{ id: number; amount: number }[]> {
    return this.database.rows(
      { id: int, amount: int },
      `SELECT id, amount FROM rewards_withdrawal WHERE state = 'reserved' ORDER BY id LIMIT (
         SELECT CASE WHEN count(*) < $2 THEN $2 - count(*) ELSE 0 END FROM rewards_withdrawal
         WHERE hot_wallet_id = $1 AND state IN ('signing', 'signed', 'broadcast'))${this.database.dialect.forUpdate()}`,
      [walletId, this.chain.settings.inFlight],
    );
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

/** The oldest that the signer will sign for today; a nonce it refuses would hold up all that follow. */
function withinCap<T extends { amount: number }>(waiting: readonly T[], cap: number): T[] {
  let left = cap;
  const end = waiting.findIndex(({ amount }) => (left -= amount) < 0);
  return waiting.slice(0, end === -1 ? waiting.length : end);
}
