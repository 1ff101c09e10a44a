import { Injectable } from '@nestjs/common';
import { int, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { insertRows, placeholders, tuples } from '../../../platform/database/insert-rows';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { Ledger } from '../../rewards';
import { WithdrawalConfirmed } from '../chain.events';
import { Halts } from '../decisions/halts';
import type { ChainView, TokenTransfer } from '../nodes/chain-view';
import { unitsOf } from '../settings/token';
import type { AttemptKind } from '../nodes/attempt-kind';
import type { WithdrawalState } from '../withdrawals/withdrawal.entity';

const orderShape = {
  id: int,
  userId: int,
  address: text,
  amount: int,
  state: textOf<WithdrawalState>(),
  ledgerId: int,
  kind: textOf<AttemptKind>(),
  txHash: text,
};
type Order = Row<typeof orderShape>;
interface Payment {
  order: Order;
  transfer: TokenTransfer;
}

/** Withdrawals and the transfers that pay them: mined while their block may still go, confirmed when it is final. */
@Injectable()
export class PaymentReceipts {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly events: EventBus,
    private readonly halts: Halts,
    private readonly clock: Clock,
  ) {}

  /** In the transaction that moves the marks: each final transfer is looked at exactly once. */
  async follow(hotWalletId: number, { outgoing, final }: ChainView): Promise<{ mined: number; confirmed: number }> {
    const orders = await this.ordersOf(outgoing);
    const payments = this.paymentsAmong(outgoing, orders);
    await this.haltWrong(outgoing, orders, payments);
    const isFinal = ({ blockNumber }: TokenTransfer): boolean => blockNumber <= final.number;
    const confirmed = payments.filter(({ transfer }) => isFinal(transfer));
    const mined = payments.filter(({ transfer }) => !isFinal(transfer));
    await this.record(outgoing.filter(isFinal), confirmed, hotWalletId);
    await this.confirm(confirmed);
    await this.mine(mined);
    await this.unmine(mined);
    return { mined: mined.length, confirmed: confirmed.length };
  }

  private async ordersOf(outgoing: readonly TokenTransfer[]): Promise<Map<string, Order>> {
    const hashes = [...new Set(outgoing.map(({ txHash }) => txHash))];
    if (hashes.length === 0) return new Map();
    const orders = await this.database.rows(
      orderShape,
      `SELECT w.id, w.user_id AS "userId", w.address, w.amount, w.state, w.ledger_id AS "ledgerId", a.kind,
         a.tx_hash AS "txHash"
       FROM rewards_withdrawal_attempt a JOIN rewards_withdrawal w ON w.id = a.withdrawal_id
       WHERE a.tx_hash IN (${placeholders(hashes.length)})`,
      hashes,
    );
    return new Map(orders.map((order) => [order.txHash, order]));
  }

  /** A transaction of ours pays its withdrawal with exactly one transfer, of the amount, to the address. */
  private paymentsAmong(outgoing: readonly TokenTransfer[], orders: ReadonlyMap<string, Order>): Payment[] {
    const several = new Set(outgoing.filter(({ ordinal }) => ordinal > 0).map(({ txHash }) => txHash));
    return outgoing.flatMap((transfer) => {
      const order = orders.get(transfer.txHash);
      const pays = order && transfer.to === order.address && transfer.units === unitsOf(order.amount);
      // What was refunded must not be paid: then it is a payment nobody ordered.
      return pays && order.state !== 'refunded' && !several.has(transfer.txHash) ? [{ order, transfer }] : [];
    });
  }

  private async haltWrong(
    outgoing: readonly TokenTransfer[],
    orders: ReadonlyMap<string, Order>,
    payments: readonly Payment[],
  ): Promise<void> {
    const right = new Set(payments.map(({ transfer }) => transfer.txHash));
    for (const { txHash } of outgoing.filter((transfer) => !right.has(transfer.txHash))) {
      const order = orders.get(txHash);
      if (order) await this.halts.withdrawal(order.id, `${txHash} does not pay what was ordered`);
    }
  }

  /** Every final transfer out of the treasury, also one nobody ordered: that one halts the wallet. */
  private async record(
    transfers: readonly TokenTransfer[],
    confirmed: readonly Payment[],
    hotWalletId: number,
  ): Promise<void> {
    if (transfers.length === 0) return;
    const paid = new Map(confirmed.map(({ order, transfer }) => [transfer.txHash, order.id]));
    const now = this.clock.now();
    const columns = [
      'tx_hash',
      'ordinal',
      'recipient',
      'units',
      'block_number',
      'block_hash',
      'withdrawal_id',
      'final_at',
    ];
    const rows = transfers.map((one) => [
      ...[one.txHash, one.ordinal, one.to, String(one.units), one.blockNumber, one.blockHash],
      ...[paid.get(one.txHash) ?? null, now],
    ]);
    await insertRows(this.database, 'rewards_payout', columns, rows);
    const foreign = transfers.find(({ txHash }) => !paid.has(txHash));
    if (foreign) await this.halts.hotWallet(hotWalletId, `${foreign.txHash} took coins nobody ordered`);
  }

  private async confirm(payments: readonly Payment[]): Promise<void> {
    if (payments.length === 0) return;
    // One that was refunded since we read it is a payment nobody ordered: the next look finds it so.
    if ((await this.move('confirmed', payments)) < payments.length) throw new Error('A withdrawal ended meanwhile');
    await this.ledger.mirror(
      payments.map(({ order, transfer }) => ({ id: order.ledgerId, txHash: transfer.txHash, confirmed: true })),
    );
    await this.events.publish(...payments.map(newsOf));
  }

  private async mine(payments: readonly Payment[]): Promise<void> {
    if (payments.length === 0) return;
    await this.move('mined', payments);
    await this.ledger.mirror(
      payments.map(({ order, transfer }) => ({ id: order.ledgerId, txHash: transfer.txHash, confirmed: false })),
    );
  }

  /** The block of a payment left the chain: it is in the pool again, or will be sent again. */
  private async unmine(mined: readonly Payment[]): Promise<void> {
    const ids = mined.map(({ order }) => order.id);
    const others = ids.length > 0 ? ` AND id NOT IN (${placeholders(ids.length, 2)})` : '';
    await this.database.run(
      `UPDATE rewards_withdrawal SET state = 'broadcast', block_number = NULL, block_hash = '', changed_at = $1
       WHERE state = 'mined'${others}`,
      [this.clock.now(), ...ids],
    );
  }

  private async move(state: 'mined' | 'confirmed', payments: readonly Payment[]): Promise<number> {
    const types = ['bigint', 'varchar', 'bigint', 'varchar'];
    return this.database.run(
      `UPDATE rewards_withdrawal SET state = '${state}', tx_hash = v.column2, block_number = v.column3,
         block_hash = v.column4, reason = '', changed_at = $1
       FROM (VALUES ${tuples(payments.length, 4, types, 2)}) AS v
       WHERE rewards_withdrawal.id = v.column1 AND rewards_withdrawal.block_hash || rewards_withdrawal.state <> v.column4 || '${state}'
         AND rewards_withdrawal.state ${state === 'mined' ? "IN ('signed', 'broadcast', 'mined')" : "<> 'refunded'"}`,
      [
        this.clock.now(),
        ...payments.flatMap(({ order, transfer }) => [
          ...[order.id, transfer.txHash, transfer.blockNumber, transfer.blockHash],
        ]),
      ],
    );
  }
}

function newsOf({ order, transfer }: Payment): WithdrawalConfirmed {
  const { id: withdrawalId, userId, amount, address } = order;
  return new WithdrawalConfirmed({ withdrawalId, userId, amount, address, txHash: transfer.txHash });
}
