import { Injectable } from '@nestjs/common';
import { int, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { chunksOf, insertEntities, placeholders } from '../../../platform/database/insert-rows';
import { Clock } from '../../../platform/time/clock';
import { maxBalance } from '../../rewards';
import type { ChainView, TokenTransfer } from '../nodes/chain-view';
import { splitUnits } from '../settings/token';
import { DepositCredits, type OwnedDeposit } from './deposit-credits';
import { Deposit } from './deposit.entity';

const depositColumns = columnsOf(Deposit).without('id', 'ledgerId');
const creditableColumns = columnsOf(Deposit, ['id', 'amount', 'txHash']);
const seenColumns = columnsOf(Deposit, ['id', 'txHash', 'ordinal', 'blockHash']);
/** A statement with more rows could exceed the limits of the engines for parameters. */
const maxRowsPerStatement = 2_000;

/** Records transfers to the treasury as deposits. A deposit is shown as soon as it is in a block, and credited when this block is final. */
@Injectable()
export class DepositDetection {
  constructor(
    private readonly database: Database,
    private readonly credits: DepositCredits,
    private readonly clock: Clock,
  ) {}

  /** Must run in the transaction that advances the cursor, so that each final transfer is recorded exactly once. */
  async record({ incoming, final }: ChainView): Promise<{ credited: number }> {
    const owners = await this.mapOwners(incoming);
    const seen = incoming.filter(({ blockNumber }) => blockNumber > final.number);
    const settled = incoming.filter(({ blockNumber }) => blockNumber <= final.number);
    await this.deleteReorganised(incoming);
    await this.saveSeen(seen, owners);
    for (const batch of chunksOf(settled, maxRowsPerStatement)) await this.saveFinal(batch);
    const creditable = await this.listCreditable();
    const credited = await this.credits.credit(creditable);
    return { credited: credited.length };
  }

  /** The ids of the people who have linked the senders. The key is the address of a sender. */
  private async mapOwners(incoming: readonly TokenTransfer[]): Promise<Map<string, number>> {
    const senders = [...new Set(incoming.map(({ from }) => from))];
    const owners = new Map<string, number>();
    for (const batch of chunksOf(senders, maxRowsPerStatement)) {
      const sql = `SELECT address, user_id AS "userId" FROM rewards_wallet
        WHERE unlinked_at IS NULL AND address IN (${placeholders(batch.length)})`;
      const rows = await this.database.rows({ address: text, userId: int }, sql, batch);
      for (const { address, userId } of rows) owners.set(address, userId);
    }
    return owners;
  }

  /** Deletes the deposits seen in blocks that are no longer on the chain. */
  private async deleteReorganised(incoming: readonly TokenTransfer[]): Promise<void> {
    const keysOnChain = new Set(incoming.map(keyOf));
    const seenSql = `SELECT ${seenColumns.columns()} FROM rewards_deposit WHERE state = 'seen'`;
    const stored = await this.database.rows(seenColumns.shape, seenSql);
    const removed = stored.filter((deposit) => !keysOnChain.has(keyOf(deposit)));
    for (const batch of chunksOf(
      removed.map(({ id }) => id),
      maxRowsPerStatement,
    )) {
      const sql = `DELETE FROM rewards_deposit WHERE state = 'seen' AND id IN (${placeholders(batch.length)})`;
      await this.database.run(sql, batch);
    }
  }

  private async saveSeen(seen: readonly TokenTransfer[], owners: ReadonlyMap<string, number>): Promise<void> {
    const now = this.clock.now();
    const rows = seen.map((transfer) => {
      const ownerId = owners.get(transfer.from) ?? null;
      return { ...toDeposit(transfer), state: 'seen' as const, userId: ownerId, seenAt: now, finalAt: null };
    });
    const onConflictSql = `ON CONFLICT (tx_hash, ordinal) DO UPDATE SET user_id = excluded.user_id
      WHERE rewards_deposit.state = 'seen' AND COALESCE(rewards_deposit.user_id, 0) <> COALESCE(excluded.user_id, 0)`;
    await insertEntities(this.database, depositColumns, rows, onConflictSql);
  }

  /** Final deposits are `unattributed` until this same transaction credits them. Deposits that were final before do not change. */
  private async saveFinal(settled: readonly TokenTransfer[]): Promise<void> {
    const now = this.clock.now();
    const rows = settled.map((transfer) => {
      const state = splitUnits(transfer.units).amount === 0 ? 'dust' : 'unattributed';
      return { ...toDeposit(transfer), state, userId: null, seenAt: now, finalAt: now } as const;
    });
    const onConflictSql = `ON CONFLICT (tx_hash, ordinal) DO UPDATE SET state = excluded.state, block_number = excluded.block_number,
        block_hash = excluded.block_hash, user_id = NULL, final_at = excluded.final_at
      WHERE rewards_deposit.state = 'seen'`;
    await insertEntities(this.database, depositColumns, rows, onConflictSql);
  }

  /** Final deposits that have an owner and are not credited. Deposits with a `user_id` come last, because they exceeded the balance limit before. */
  private listCreditable(): Promise<OwnedDeposit[]> {
    const sql = `SELECT ${creditableColumns.columns('d')}, w.user_id AS "userId"
      FROM rewards_deposit d JOIN rewards_wallet w ON w.address = d.sender AND w.unlinked_at IS NULL
      WHERE d.state = 'unattributed' AND d.amount BETWEEN 1 AND ${maxBalance}
      ORDER BY CASE WHEN d.user_id IS NULL THEN 0 ELSE 1 END, d.id LIMIT ${maxRowsPerStatement}`;
    return this.database.rows({ ...creditableColumns.shape, userId: int }, sql);
  }
}

/** Identifies a transfer in a block. After a reorganisation the same transfer in another block has another key. */
const keyOf = ({ txHash, ordinal, blockHash }: Pick<TokenTransfer, 'txHash' | 'ordinal' | 'blockHash'>): string =>
  `${txHash}:${ordinal}:${blockHash}`;

function toDeposit({ txHash, ordinal, from, units, blockNumber, blockHash }: TokenTransfer) {
  const { amount, dust } = splitUnits(units);
  return { txHash, ordinal, sender: from, units: String(units), amount, dust, blockNumber, blockHash };
}
