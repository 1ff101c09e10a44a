import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { coinsHeldUntil, recoveredAtSql, recoveryShape } from '../../users';
import { CoinHistory } from './coin-history.query';
import { CoinBalance, CoinTransaction, showBalance, showTransaction } from './coins.dto';

const maxItems = 10;

/** The coins of a person as an administrator sees them, as the members of a larger response. */
export const CoinOverview = {
  coins: CoinBalance,
  holdEndsAt: z.iso
    .datetime()
    .nullable()
    .meta({ description: 'Until then the person can neither send nor withdraw coins; null without a hold' }),
  transactions: z.array(CoinTransaction).meta({ description: `The newest ${maxItems} transactions` }),
};
type Overview = z.output<z.ZodObject<typeof CoinOverview>>;

@Injectable()
export class CoinOverviews {
  constructor(
    private readonly database: Database,
    private readonly history: CoinHistory,
    private readonly clock: Clock,
  ) {}

  /** The person must exist. */
  async get(userId: number): Promise<Overview> {
    const totals = await this.history.getTotals(userId);
    const transactions = await this.history.list(userId, { limit: maxItems });
    const heldUntil = await this.findHold(userId);
    return {
      coins: showBalance(totals),
      holdEndsAt: heldUntil?.toISOString() ?? null,
      transactions: transactions.map(showTransaction),
    };
  }

  private async findHold(userId: number): Promise<Date | null> {
    const sql = `SELECT ${recoveredAtSql('u')} FROM users_user u WHERE u.id = $1`;
    const person = await this.database.row(recoveryShape, sql, [userId]);
    return person ? coinsHeldUntil(person, this.clock.now()) : null;
  }
}
