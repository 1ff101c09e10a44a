import { Injectable, Logger } from '@nestjs/common';
import type { Transaction } from 'ethers';
import { bool, int, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import { Leases, type HeldLease } from '../../../platform/jobs/leases';
import { Clock } from '../../../platform/time/clock';
import type { AttemptKind } from '../nodes/attempt-kind';
import { ChainConfig } from '../settings/chain-settings';
import { ethers } from '../settings/ethers';
import { token, unitsOf } from '../settings/token';
import { isWithheldSql } from '../withdrawals/payment-conditions';
import type { Fees } from './fees';
import { Signer, SigningRefused } from './signer';

/** A transfer of the token needs about 52,000 units of gas. Unused gas is not paid. */
const gasLimit = 120_000n;

const orderShape = { id: int, nonce: int, amount: int, address: text, cancelling: bool };
/** A withdrawal for which one transaction is to be signed. */
export type Order = Row<typeof orderShape>;

/** Signs transactions of the chain and commits each before it is sent. Signing happens outside of database transactions. */
@Injectable()
export class Signing {
  private readonly log = new Logger('Chain');

  constructor(
    private readonly database: Database,
    private readonly leases: Leases,
    private readonly chain: ChainConfig,
    private readonly signer: Signer,
    private readonly clock: Clock,
  ) {}

  /**
   * Withdrawals that have a nonce and no signed transaction, including those of a process that stopped after assigning nonces. Withdrawals
   * of closed accounts are marked as cancelling first.
   */
  async listUnsigned(lease: HeldLease, walletId: number): Promise<Order[]> {
    const sql = `SELECT id, nonce, amount, address, cancelling, NOT cancelling AND ${isWithheldSql('w')} AS "isWithheld"
      FROM rewards_withdrawal w WHERE hot_wallet_id = $1 AND state = 'signing' ORDER BY nonce`;
    const orders = await this.database.rows({ ...orderShape, isWithheld: bool }, sql, [walletId]);
    const withheld = orders.filter((order) => order.isWithheld);
    if (withheld.length > 0) await this.markCancelling(lease, withheld);
    return orders.map(({ isWithheld, ...order }) => ({ ...order, cancelling: order.cancelling || isWithheld }));
  }

  /** If the account was closed after the nonce was assigned, a cancellation spends the nonce, because a nonce gap would block all later nonces. */
  private async markCancelling(lease: HeldLease, withheld: readonly Order[]): Promise<void> {
    const ids = withheld.map(({ id }) => id);
    const sql = `UPDATE rewards_withdrawal SET cancelling = $1, reason = $2
      WHERE state = 'signing' AND id IN (${placeholders(ids.length, 3)})`;
    await this.database.transaction(async () => {
      await this.leases.fence(lease);
      await this.database.run(sql, [true, 'The account was closed before the payment was signed', ...ids]);
    });
  }

  /** Signs one transaction with these fees. @returns false if the signer refuses */
  async sign(lease: HeldLease, order: Order, fees: Fees, treasury: string): Promise<boolean> {
    const transaction = this.transactionFor(order, fees, treasury);
    try {
      const signed = await this.signer.sign(transaction, order.id);
      await this.save(lease, order, fees, signed);
      return true;
    } catch (error) {
      if (!(error instanceof SigningRefused)) throw error;
      this.log.error(`Withdrawal ${order.id} is not signed: ${error.message}`);
      await this.saveReason(lease, order, `Not signed: ${error.message}`);
      return false;
    }
  }

  /** A cancellation spends the nonce with an empty transaction from the treasury to itself. */
  private transactionFor({ nonce, amount, address, cancelling }: Order, fees: Fees, treasury: string): Transaction {
    const { chainId, contract } = this.chain.settings;
    const payment = { to: contract, data: token().encodeFunctionData('transfer', [address, unitsOf(amount)]) };
    const cancellation = { to: treasury, data: '0x' };
    return ethers().Transaction.from({
      type: 2,
      chainId,
      nonce,
      gasLimit,
      value: 0n,
      maxFeePerGas: fees.maxFee,
      maxPriorityFeePerGas: fees.priorityFee,
      ...(cancelling ? cancellation : payment),
    });
  }

  private save(
    lease: HeldLease,
    { id, cancelling }: Order,
    { maxFee, priorityFee }: Fees,
    { raw, txHash }: { raw: string; txHash: string },
  ): Promise<void> {
    const kind: AttemptKind = cancelling ? 'cancellation' : 'payment';
    const now = this.clock.now();
    const attemptSql = `INSERT INTO rewards_withdrawal_attempt (withdrawal_id, kind, tx_hash, raw, max_fee, priority_fee, signed_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7)`;
    const stateSql = `UPDATE rewards_withdrawal SET state = CASE WHEN state = 'signing' THEN 'signed' ELSE state END,
      tx_hash = $2, reason = '', changed_at = $3 WHERE id = $1 AND state IN ('signing', 'signed', 'broadcast')`;
    return this.database.transaction(async () => {
      await this.leases.fence(lease);
      await this.database.run(attemptSql, [id, kind, txHash, raw, String(maxFee), String(priorityFee), now]);
      await this.database.run(stateSql, [id, txHash, now]);
    });
  }

  private saveReason(lease: HeldLease, { id }: Order, reason: string): Promise<void> {
    return this.database.transaction(async () => {
      await this.leases.fence(lease);
      await this.database.run('UPDATE rewards_withdrawal SET reason = $2 WHERE id = $1 AND reason <> $2', [id, reason]);
    });
  }
}
