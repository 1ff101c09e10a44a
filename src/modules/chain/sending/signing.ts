import { Injectable, Logger } from '@nestjs/common';
import { Transaction } from 'ethers';
import { bool, int, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import { Leases, type HeldLease } from '../../../platform/jobs/leases';
import { Clock } from '../../../platform/time/clock';
import { Chain } from '../settings/chain-settings';
import { token, unitsOf } from '../settings/token';
import { isWithheldSql } from '../withdrawals/payment-conditions';
import type { AttemptKind } from '../nodes/attempt-kind';
import type { Fees } from './fees';
import { Signer, SigningRefused } from './signer';

/** A transfer of the token takes some 52,000; what is not used is not paid. */
const gasLimit = 120_000n;

const orderShape = { id: int, nonce: int, amount: int, address: text, cancelling: bool };
export type Order = Row<typeof orderShape>;
export const orderColumns = 'id, nonce, amount, address, cancelling';

/** Signs outside of any transaction, and commits what was signed before anybody is shown it. */
@Injectable()
export class Signing {
  private readonly log = new Logger('Chain');

  constructor(
    private readonly database: Database,
    private readonly leases: Leases,
    private readonly chain: Chain,
    private readonly signer: Signer,
    private readonly clock: Clock,
  ) {}

  /** Those with a nonce and nothing signed: also what a process left that died after giving out the nonces. */
  async unsigned(lease: HeldLease, walletId: number): Promise<Order[]> {
    const sql = `SELECT ${orderColumns}, NOT cancelling AND ${isWithheldSql('w')} AS withheld
      FROM rewards_withdrawal w WHERE hot_wallet_id = $1 AND state = 'signing' ORDER BY nonce`;
    const orders = await this.database.rows({ ...orderShape, withheld: bool }, sql, [walletId]);
    const withheld = orders.filter((order) => order.withheld);
    if (withheld.length > 0) await this.cancel(lease, withheld);
    return orders.map(({ withheld: isWithheldNow, ...order }) => {
      return { ...order, cancelling: order.cancelling || isWithheldNow };
    });
  }

  /** The account was closed after the nonce was given out. The nonce must be spent, or it holds up all that follow: on nothing. */
  private async cancel(lease: HeldLease, withheld: readonly Order[]): Promise<void> {
    const ids = withheld.map(({ id }) => id);
    await this.database.transaction(async () => {
      await this.leases.fence(lease);
      await this.database.run(
        `UPDATE rewards_withdrawal SET cancelling = $1, reason = $2
         WHERE state = 'signing' AND id IN (${placeholders(ids.length, 3)})`,
        [true, 'The account was closed before it was signed', ...ids],
      );
    });
  }

  /** One attempt for an order, with these fees; false where the signer refuses. */
  async sign(lease: HeldLease, order: Order, fees: Fees, treasury: string): Promise<boolean> {
    const transaction = this.transactionFor(order, fees, treasury);
    try {
      const signed = await this.signer.sign(transaction, order.id);
      await this.keep(lease, order, fees, signed);
      return true;
    } catch (error) {
      if (!(error instanceof SigningRefused)) throw error;
      this.log.error(`Withdrawal ${order.id} is not signed: ${error.message}`);
      await this.explain(lease, order, `not signed: ${error.message}`);
      return false;
    }
  }

  /** A cancellation spends the nonce on nothing: an empty message to ourselves. */
  private transactionFor({ nonce, amount, address, cancelling }: Order, fees: Fees, treasury: string): Transaction {
    const { chainId, contract } = this.chain.settings;
    const payment = { to: contract, data: token.encodeFunctionData('transfer', [address, unitsOf(amount)]) };
    return Transaction.from({
      ...{ type: 2, chainId, nonce, gasLimit, value: 0n },
      ...{ maxFeePerGas: fees.maxFee, maxPriorityFeePerGas: fees.priorityFee },
      ...(cancelling ? { to: treasury, data: '0x' } : payment),
    });
  }

  private keep(
    lease: HeldLease,
    { id, cancelling }: Order,
    fees: Fees,
    { raw, txHash }: { raw: string; txHash: string },
  ): Promise<void> {
    const kind: AttemptKind = cancelling ? 'cancellation' : 'payment';
    const now = this.clock.now();
    return this.database.transaction(async () => {
      await this.leases.fence(lease);
      await this.database.run(
        `INSERT INTO rewards_withdrawal_attempt (withdrawal_id, kind, tx_hash, raw, max_fee, priority_fee, signed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [id, kind, txHash, raw, String(fees.maxFee), String(fees.priorityFee), now],
      );
      await this.database.run(
        `UPDATE rewards_withdrawal SET state = CASE WHEN state = 'signing' THEN 'signed' ELSE state END, tx_hash = $2,
           reason = '', changed_at = $3 WHERE id = $1 AND state IN ('signing', 'signed', 'broadcast')`,
        [id, txHash, now],
      );
    });
  }

  private explain(lease: HeldLease, { id }: Order, reason: string): Promise<void> {
    return this.database.transaction(async () => {
      await this.leases.fence(lease);
      await this.database.run('UPDATE rewards_withdrawal SET reason = $2 WHERE id = $1 AND reason <> $2', [id, reason]);
    });
  }
}
