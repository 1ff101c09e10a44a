import type { EventLog } from 'ethers';
import { unitsOf, unitsPerCoin } from '../../src/modules/chain/settings/token';
import { int, text } from '../../src/platform/database/columns';
import { endowment, type Traffic } from './traffic';
import type { Holder } from './school-on-chain';

interface Transfer {
  from: string;
  to: string;
  units: bigint;
}

/** Computes from the transfers on the chain what the database must contain. */
export class ExpectedResults {
  private constructor(
    private readonly traffic: Traffic,
    private readonly transfers: readonly Transfer[],
  ) {}

  static async of(traffic: Traffic): Promise<ExpectedResults> {
    const { token } = traffic.school.chain;
    const logs = (await token.queryFilter(token.filters.Transfer!(), 0)) as EventLog[];
    const transfers = logs.map(({ args }) => {
      const [from, to, units] = args as unknown as [string, string, bigint];
      return { from, to, units };
    });
    return new ExpectedResults(traffic, transfers);
  }

  /** Counts withdrawals that were paid more than once, or paid and refunded. Can be called at any time. */
  async countDoublePayments(): Promise<number> {
    return (await this.listSettlements()).filter(({ paid, state }) => paid + (state === 'refunded' ? 1 : 0) > 1).length;
  }

  /** To be called when nothing is under way. Lost means neither paid nor refunded, or paid and not confirmed. */
  async figures(): Promise<Record<'double' | 'lost' | 'confirmed' | 'refunded' | 'deposits', number>> {
    const settlements = await this.listSettlements();
    const settled = (paid: number, state: string): boolean =>
      paid === 0 ? state === 'refunded' : state === 'confirmed';
    const { treasury } = this.traffic.school.chain;
    return {
      double: await this.countDoublePayments(),
      lost: settlements.filter(({ paid, state }) => !settled(paid, state)).length,
      confirmed: settlements.filter(({ state }) => state === 'confirmed').length,
      refunded: settlements.filter(({ state }) => state === 'refunded').length,
      deposits: this.transfers.filter(({ to, from }) => to === treasury && BigInt(from) !== 0n).length,
    };
  }

  /** The values that the chain and the database must have for one person when nothing is under way. */
  async expectedFor({ client, wallet }: Holder): Promise<{ units: bigint; balance: number; refunded: number }> {
    const own = (await this.listSettlements()).filter(({ userId }) => userId === client.id);
    const sum = (wanted: string): number =>
      own.filter(({ state }) => state === wanted).reduce((total, { amount }) => total + amount, 0);
    const deposits = this.transfers.filter(({ from }) => from === wallet.address).map(({ units }) => units);
    const credited = deposits.reduce((total, units) => total + Number(units / unitsPerCoin), 0);
    return {
      units: unitsOf(sum('confirmed')) - deposits.reduce((total, units) => total + units, 0n),
      balance: endowment - sum('confirmed') + credited,
      refunded: sum('refunded'),
    };
  }

  async actualFor({ client, wallet }: Holder): Promise<{ units: bigint; balance: number; refunded: number }> {
    const { chain, app } = this.traffic.school;
    const row = await app.database.row(
      { balance: int, refunded: int },
      `SELECT teo_coins AS balance, (SELECT COALESCE(sum(amount), 0) FROM rewards_teocointransaction t
         WHERE t.user_id = u.id AND t.transaction_type = 'withdrawal_refund') AS refunded
       FROM users_user u WHERE u.id = $1`,
      [client.id],
    );
    return { units: await chain.balanceOf(wallet.address), ...row! };
  }

  /** Each withdrawal and the number of its payments on the chain. */
  private async listSettlements(): Promise<{ userId: number; amount: number; state: string; paid: number }[]> {
    const { chain, app } = this.traffic.school;
    const orders = await app.database.rows(
      { userId: int, amount: int, state: text, address: text },
      'SELECT user_id AS "userId", amount, state, address FROM rewards_withdrawal ORDER BY id',
    );
    const payments = this.transfers.filter(({ from }) => from === chain.treasury);
    return orders.map((order) => {
      const paying = payments.filter(
        ({ to, units }) => to.toLowerCase() === order.address && units === unitsOf(order.amount),
      );
      return { ...order, paid: paying.length };
    });
  }
}
