import { Injectable } from '@nestjs/common';
import { int, text, type Value } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { insertRows, placeholders } from '../../../platform/database/insert-rows';
import { Clock } from '../../../platform/time/clock';
import { largestBalance } from '../../rewards';
import type { ChainView, TokenTransfer } from '../nodes/chain-view';
import { coinsOf } from '../settings/token';
import { DepositCredits, type OwnedDeposit } from './deposit-credits';

const columns = [
  ...['tx_hash', 'ordinal', 'sender', 'units', 'amount', 'dust', 'block_number', 'block_hash', 'state', 'user_id'],
  ...['seen_at', 'final_at'],
];
/** Rows of one statement, below the engines' limit of parameters. */
const perStatement = 2_000;

/** Transfers to the treasury: shown while their block may still go, credited to who has linked the sender when it is final. */
@Injectable()
export class DepositDetection {
  constructor(
    private readonly database: Database,
    private readonly credits: DepositCredits,
    private readonly clock: Clock,
  ) {}

  /** In the transaction that moves the marks: each final transfer is looked at exactly once. */
  async follow({ incoming, final }: ChainView): Promise<{ credited: number }> {
    const owners = await this.ownersOf(incoming);
    const seen = incoming.filter(({ blockNumber }) => blockNumber > final.number);
    const settled = incoming.filter(({ blockNumber }) => blockNumber <= final.number);
    await this.forgetAllBut(incoming);
    await this.note(seen, owners);
    for (let from = 0; from < settled.length; from += perStatement)
      await this.settle(settled.slice(from, from + perStatement));
    return { credited: (await this.credits.credit(await this.owed())).length };
  }

  private async ownersOf(incoming: readonly TokenTransfer[]): Promise<Map<string, number>> {
    const senders = [...new Set(incoming.map(({ from }) => from))];
    const owners = new Map<string, number>();
    for (let from = 0; from < senders.length; from += perStatement) {
      const some = senders.slice(from, from + perStatement);
      const rows = await this.database.rows(
        { address: text, userId: int },
        `SELECT address, user_id AS "userId" FROM rewards_wallet
         WHERE unlinked_at IS NULL AND address IN (${placeholders(some.length)})`,
        some,
      );
      for (const { address, userId } of rows) owners.set(address, userId);
    }
    return owners;
  }

  /** What was seen in a block that has left the chain. */
  private async forgetAllBut(incoming: readonly TokenTransfer[]): Promise<void> {
    const inView = new Set(incoming.map(({ txHash, ordinal, blockHash }) => `${txHash}:${ordinal}:${blockHash}`));
    const known = await this.database.rows(
      { id: int, txHash: text, ordinal: int, blockHash: text },
      `SELECT id, tx_hash AS "txHash", ordinal, block_hash AS "blockHash" FROM rewards_deposit WHERE state = 'seen'`,
    );
    const gone = known.filter(({ txHash, ordinal, blockHash }) => !inView.has(`${txHash}:${ordinal}:${blockHash}`));
    for (let from = 0; from < gone.length; from += perStatement) {
      const ids = gone.slice(from, from + perStatement).map(({ id }) => id);
      await this.database.run(
        `DELETE FROM rewards_deposit WHERE state = 'seen' AND id IN (${placeholders(ids.length)})`,
        ids,
      );
    }
  }

  private async note(seen: readonly TokenTransfer[], owners: ReadonlyMap<string, number>): Promise<void> {
    const now = this.clock.now();
    const rows = seen.map((one) => this.rowOf(one, 'seen', owners.get(one.from) ?? null, now, null));
    const suffix = `ON CONFLICT (tx_hash, ordinal) DO UPDATE SET user_id = excluded.user_id
      WHERE rewards_deposit.state = 'seen' AND COALESCE(rewards_deposit.user_id, 0) <> COALESCE(excluded.user_id, 0)`;
    await insertRows(this.database, 'rewards_deposit', columns, rows, suffix);
  }

  /** Unattributed until credited, in this same transaction; what is final already stays as it is. */
  private async settle(settled: readonly TokenTransfer[]): Promise<void> {
    const now = this.clock.now();
    const rows = settled.map((one) => {
      const isDust = coinsOf(one.units).amount === 0;
      return this.rowOf(one, isDust ? 'dust' : 'unattributed', null, now, now);
    });
    const suffix = `ON CONFLICT (tx_hash, ordinal) DO UPDATE SET state = excluded.state, block_number = excluded.block_number,
        block_hash = excluded.block_hash, user_id = NULL, final_at = excluded.final_at
      WHERE rewards_deposit.state = 'seen'`;
    await insertRows(this.database, 'rewards_deposit', columns, rows, suffix);
  }

  /** Final, with an owner, and not credited: just now, or while its sender was being linked, or when there was no room (those last). */
  private owed(): Promise<OwnedDeposit[]> {
    return this.database.rows(
      { id: int, userId: int, amount: int, txHash: text },
      `SELECT d.id, w.user_id AS "userId", d.amount, d.tx_hash AS "txHash"
       FROM rewards_deposit d JOIN rewards_wallet w ON w.address = d.sender AND w.unlinked_at IS NULL
       WHERE d.state = 'unattributed' AND d.amount BETWEEN 1 AND ${largestBalance}
       ORDER BY CASE WHEN d.user_id IS NULL THEN 0 ELSE 1 END, d.id LIMIT ${perStatement}`,
    );
  }

  private rowOf(
    { txHash, ordinal, from, units, blockNumber, blockHash }: TokenTransfer,
    state: string,
    userId: number | null,
    seenAt: Date,
    finalAt: Date | null,
  ): Value[] {
    const { amount, dust } = coinsOf(units);
    return [txHash, ordinal, from, String(units), amount, dust, blockNumber, blockHash, state, userId, seenAt, finalAt];
  }
}
