import { Injectable } from '@nestjs/common';
import { text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { insertEntities, placeholders, tuplesSql } from '../../../platform/database/insert-rows';
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

/** Matches transfers with withdrawals. A withdrawal is `mined` while a reorganisation may remove its block, and `confirmed` when the block is final. */
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
    const withdrawals = await this.mapWithdrawals(outgoing);
    const payments = this.selectPayments(outgoing, withdrawals);
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

  /** Reads the withdrawals of the transfers. The key is the hash of a signed transaction. */
  private async mapWithdrawals(outgoing: readonly TokenTransfer[]): Promise<Map<string, Withdrawal>> {
    const hashes = [...new Set(outgoing.map(({ txHash }) => txHash))];
    if (hashes.length === 0) return new Map();
    const sql = `SELECT ${withdrawalColumns.columns('withdrawal')}, attempt.tx_hash AS "txHash"
      FROM rewards_withdrawal_attempt attempt JOIN rewards_withdrawal withdrawal ON withdrawal.id = attempt.withdrawal_id
      WHERE attempt.tx_hash IN (${placeholders(hashes.length)})`;
    const withdrawals = await this.database.rows(withdrawalShape, sql, hashes);
    return new Map(withdrawals.map((withdrawal) => [withdrawal.txHash, withdrawal]));
  }

  /** A transaction pays its withdrawal if it has exactly one transfer, and this transfer has the amount and the address of the withdrawal. */
  private selectPayments(outgoing: readonly TokenTransfer[], withdrawals: ReadonlyMap<string, Withdrawal>): Payment[] {
    const secondTransfers = outgoing.filter(({ ordinal }) => ordinal > 0);
    const hashesWithSeveral = new Set(secondTransfers.map(({ txHash }) => txHash));
    const payments: Payment[] = [];
    for (const transfer of outgoing) {
      const withdrawal = withdrawals.get(transfer.txHash);
      // The transfer to a refunded withdrawal is recorded as a payment without a withdrawal, because this withdrawal must not be paid.
      if (!withdrawal || withdrawal.state === 'refunded' || hashesWithSeveral.has(transfer.txHash)) continue;
      const isExact = transfer.to === withdrawal.address && transfer.units === unitsOf(withdrawal.amount);
      if (isExact) payments.push({ withdrawal, transfer });
    }
    return payments;
  }

  private async haltMismatches(
    outgoing: readonly TokenTransfer[],
    withdrawals: ReadonlyMap<string, Withdrawal>,
    payments: readonly Payment[],
  ): Promise<void> {
    const payingHashes = new Set(payments.map(({ transfer }) => transfer.txHash));
    for (const { txHash } of outgoing) {
      const withdrawal = withdrawals.get(txHash);
      if (!withdrawal || payingHashes.has(txHash)) continue;
      const reason = `Transaction ${txHash} does not pay the amount of the withdrawal to its address`;
      await this.halts.haltWithdrawal(withdrawal.id, reason);
    }
  }

  /** Saves every final transfer out of the treasury. A transfer that pays no withdrawal halts the wallet. */
  private async savePayouts(
    transfers: readonly TokenTransfer[],
    confirmed: readonly Payment[],
    hotWalletId: number,
  ): Promise<void> {
    const withdrawalIds = new Map(confirmed.map(({ withdrawal, transfer }) => [transfer.txHash, withdrawal.id]));
    const now = this.clock.now();
    const rows = transfers.map(({ txHash, ordinal, to, units, blockNumber, blockHash }) => {
      const withdrawalId = withdrawalIds.get(txHash) ?? null;
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
    const unordered = transfers.find(({ txHash }) => !withdrawalIds.has(txHash));
    if (!unordered) return;
    const reason = `Transaction ${unordered.txHash} moved coins out of the treasury and pays no withdrawal`;
    await this.halts.haltHotWallet(hotWalletId, reason);
  }

  private async markConfirmed(payments: readonly Payment[]): Promise<void> {
    if (payments.length === 0) return;
    // A withdrawal that was refunded after it was read must not be confirmed. The next poll records its transfer as a payment without a withdrawal.
    const changedCount = await this.mark('confirmed', payments);
    if (changedCount < payments.length)
      throw new Error('A withdrawal was refunded while its payment was being confirmed. The next poll settles it');
    await this.events.publish(...payments.map(toWithdrawalConfirmed));
  }

  private async markMined(payments: readonly Payment[]): Promise<void> {
    if (payments.length > 0) await this.mark('mined', payments);
  }

  /** Resets withdrawals that were mined and are not among these payments, because a reorganisation has removed their blocks. Each transaction is in a pool again, or the sender sends it again. */
  private async markReorganised(mined: readonly Payment[]): Promise<void> {
    const ids = mined.map(({ withdrawal }) => withdrawal.id);
    const andNotMinedNowSql = ids.length > 0 ? ` AND id NOT IN (${placeholders(ids.length, 2)})` : '';
    const sql = `UPDATE rewards_withdrawal SET state = 'broadcast', block_number = NULL, block_hash = '', changed_at = $1
      WHERE state = 'mined'${andNotMinedNowSql}`;
    await this.database.run(sql, [this.clock.now(), ...ids]);
  }

  /** Rows that already have the state and the block do not change. @returns the number of withdrawals that changed */
  private async mark(state: 'mined' | 'confirmed', payments: readonly Payment[]): Promise<number> {
    const types = ['bigint', 'varchar', 'bigint', 'varchar'];
    const canChangeSql = state === 'mined' ? `w.state IN ('signed', 'broadcast', 'mined')` : `w.state <> 'refunded'`;
    const sql = `UPDATE rewards_withdrawal AS w SET state = '${state}', tx_hash = v.column2, block_number = v.column3,
        block_hash = v.column4, reason = '', changed_at = $1
      FROM (VALUES ${tuplesSql(payments.length, 4, types, 2)}) AS v
      WHERE w.id = v.column1 AND (w.block_hash <> v.column4 OR w.state <> '${state}') AND ${canChangeSql}`;
    const values = payments.flatMap(({ withdrawal, transfer }) => {
      return [withdrawal.id, transfer.txHash, transfer.blockNumber, transfer.blockHash];
    });
    const changedCount = await this.database.run(sql, [this.clock.now(), ...values]);
    const confirmed = state === 'confirmed';
    const ledgerStates = payments.map(({ withdrawal, transfer }) => {
      return { id: withdrawal.ledgerId, txHash: transfer.txHash, confirmed };
    });
    await this.ledger.recordChainState(ledgerStates);
    return changedCount;
  }
}

function toWithdrawalConfirmed({ withdrawal, transfer }: Payment): WithdrawalConfirmed {
  const { id: withdrawalId, userId, amount, address } = withdrawal;
  return new WithdrawalConfirmed({ withdrawalId, userId, amount, address, txHash: transfer.txHash });
}
