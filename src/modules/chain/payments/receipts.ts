import { Injectable } from '@nestjs/common';
import { text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { insertEntities, placeholders, tuples } from '../../../platform/database/insert-rows';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { Ledger } from '../../rewards';
import { WithdrawalConfirmed } from '../chain.events';
import { Halts } from '../decisions/halts';
import type { ChainView, TokenTransfer } from '../nodes/chain-view';
import { unitsOf } from '../settings/token';
import { Payout } from '../withdrawals/payout.entity';
import { Withdrawal as WithdrawalEntity } from '../withdrawals/withdrawal.entity';

const withdrawalColumns = columnsOf(WithdrawalEntity, ['id', 'userId', 'address', 'amount', 'state', 'ledgerId']);
const withdrawalShape = { ...withdrawalColumns.shape, txHash: text };
type Withdrawal = Row<typeof withdrawalShape>;
interface Payment {
  withdrawal: Withdrawal;
  transfer: TokenTransfer;
}

const payoutColumns = columnsOf(Payout).without('id');

/** Matches transfers with withdrawals. A withdrawal is mined while its block may still leave the chain, and confirmed when the block is final. */
@Injectable()
export class PaymentReceipts {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly events: EventBus,
    private readonly halts: Halts,
    private readonly clock: Clock,
  ) {}

  /** Must run in the transaction that advances the cursor, so that each final transfer is recorded exactly once. */
  async record(hotWalletId: number, { outgoing, final }: ChainView): Promise<{ mined: number; confirmed: number }> {
    const withdrawals = await this.withdrawalsOf(outgoing);
    const payments = this.paymentsAmong(outgoing, withdrawals);
    await this.haltMismatches(outgoing, withdrawals, payments);
    const isFinal = ({ blockNumber }: TokenTransfer): boolean => blockNumber <= final.number;
    const confirmed = payments.filter(({ transfer }) => isFinal(transfer));
    const mined = payments.filter(({ transfer }) => !isFinal(transfer));
    await this.savePayouts(outgoing.filter(isFinal), confirmed, hotWalletId);
    await this.markConfirmed(confirmed);
    await this.markMined(mined);
    await this.markReorganised(mined);
    return { mined: mined.length, confirmed: confirmed.length };
  }

  /** The withdrawals by the hashes of their signed transactions. */
  private async withdrawalsOf(outgoing: readonly TokenTransfer[]): Promise<Map<string, Withdrawal>> {
    const hashes = [...new Set(outgoing.map(({ txHash }) => txHash))];
    if (hashes.length === 0) return new Map();
    const sql = `SELECT ${withdrawalColumns.columns('w')}, a.tx_hash AS "txHash"
      FROM rewards_withdrawal_attempt a JOIN rewards_withdrawal w ON w.id = a.withdrawal_id
      WHERE a.tx_hash IN (${placeholders(hashes.length)})`;
    const rows = await this.database.rows(withdrawalShape, sql, hashes);
    return new Map(rows.map((withdrawal) => [withdrawal.txHash, withdrawal]));
  }

  /** A signed transaction pays its withdrawal with exactly one transfer, of the amount, to the address. */
  private paymentsAmong(outgoing: readonly TokenTransfer[], withdrawals: ReadonlyMap<string, Withdrawal>): Payment[] {
    const withSeveral = new Set(outgoing.filter(({ ordinal }) => ordinal > 0).map(({ txHash }) => txHash));
    return outgoing.flatMap((transfer) => {
      const withdrawal = withdrawals.get(transfer.txHash);
      // A refunded withdrawal must not be paid. Such a transfer is recorded as a payment without a withdrawal.
      if (!withdrawal || withdrawal.state === 'refunded' || withSeveral.has(transfer.txHash)) return [];
      const isExact = transfer.to === withdrawal.address && transfer.units === unitsOf(withdrawal.amount);
      return isExact ? [{ withdrawal, transfer }] : [];
    });
  }

  private async haltMismatches(
    outgoing: readonly TokenTransfer[],
    withdrawals: ReadonlyMap<string, Withdrawal>,
    payments: readonly Payment[],
  ): Promise<void> {
    const paying = new Set(payments.map(({ transfer }) => transfer.txHash));
    for (const { txHash } of outgoing.filter((transfer) => !paying.has(transfer.txHash))) {
      const reason = `Transaction ${txHash} does not pay the amount of the withdrawal to its address`;
      const withdrawal = withdrawals.get(txHash);
      if (withdrawal) await this.halts.haltWithdrawal(withdrawal.id, reason);
    }
  }

  /** Saves every final transfer out of the treasury. One that pays no withdrawal halts the wallet. */
  private async savePayouts(
    transfers: readonly TokenTransfer[],
    confirmed: readonly Payment[],
    hotWalletId: number,
  ): Promise<void> {
    const paid = new Map(confirmed.map(({ withdrawal, transfer }) => [transfer.txHash, withdrawal.id]));
    const now = this.clock.now();
    const rows = transfers.map(({ txHash, ordinal, to, units, blockNumber, blockHash }) => {
      const withdrawalId = paid.get(txHash) ?? null;
      return {
        txHash,
        ordinal,
        recipient: to,
        units: String(units),
        blockNumber,
        blockHash,
        withdrawalId,
        finalAt: now,
      };
    });
    await insertEntities(this.database, payoutColumns, rows);
    const foreign = transfers.find(({ txHash }) => !paid.has(txHash));
    if (!foreign) return;
    const reason = `Transaction ${foreign.txHash} moved coins out of the treasury and pays no withdrawal`;
    await this.halts.haltHotWallet(hotWalletId, reason);
  }

  private async markConfirmed(payments: readonly Payment[]): Promise<void> {
    if (payments.length === 0) return;
    // A withdrawal that was refunded since it was read must not be confirmed. The next poll records the transfer without it.
    const changedCount = await this.mark('confirmed', payments);
    if (changedCount < payments.length)
      throw new Error('A withdrawal was refunded while its payment was being confirmed. The next poll settles it');
    await this.events.publish(...payments.map(toWithdrawalConfirmed));
  }

  private async markMined(payments: readonly Payment[]): Promise<void> {
    if (payments.length > 0) await this.mark('mined', payments);
  }

  /** The block of the payment has left the chain. The transaction is in the pool again, or it is sent again. */
  private async markReorganised(mined: readonly Payment[]): Promise<void> {
    const ids = mined.map(({ withdrawal }) => withdrawal.id);
    const others = ids.length > 0 ? ` AND id NOT IN (${placeholders(ids.length, 2)})` : '';
    const sql = `UPDATE rewards_withdrawal SET state = 'broadcast', block_number = NULL, block_hash = '', changed_at = $1
      WHERE state = 'mined'${others}`;
    await this.database.run(sql, [this.clock.now(), ...ids]);
  }

  /** @returns the number of withdrawals that changed */
  private async mark(state: 'mined' | 'confirmed', payments: readonly Payment[]): Promise<number> {
    const types = ['bigint', 'varchar', 'bigint', 'varchar'];
    const sql = `UPDATE rewards_withdrawal SET state = '${state}', tx_hash = v.column2, block_number = v.column3,
        block_hash = v.column4, reason = '', changed_at = $1
      FROM (VALUES ${tuples(payments.length, 4, types, 2)}) AS v
      WHERE rewards_withdrawal.id = v.column1 AND rewards_withdrawal.block_hash || rewards_withdrawal.state <> v.column4 || '${state}'
        AND rewards_withdrawal.state ${state === 'mined' ? "IN ('signed', 'broadcast', 'mined')" : "<> 'refunded'"}`;
    const values = payments.flatMap(({ withdrawal, transfer: { txHash, blockNumber, blockHash } }) => {
      return [withdrawal.id, txHash, blockNumber, blockHash];
    });
    const changedCount = await this.database.run(sql, [this.clock.now(), ...values]);
    const confirmed = state === 'confirmed';
    await this.ledger.recordChainState(
      payments.map(({ withdrawal, transfer }) => ({ id: withdrawal.ledgerId, txHash: transfer.txHash, confirmed })),
    );
    return changedCount;
  }
}

function toWithdrawalConfirmed({ withdrawal, transfer }: Payment): WithdrawalConfirmed {
  const { id: withdrawalId, userId, amount, address } = withdrawal;
  return new WithdrawalConfirmed({ withdrawalId, userId, amount, address, txHash: transfer.txHash });
}
