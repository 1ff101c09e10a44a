import { Injectable } from '@nestjs/common';
import { int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import { openStates } from '../withdrawals/withdrawal.entity';

const shape = { balances: int, inFlight: int };

/** What the treasury owes, in whole TeoCoins: what people hold, and what is on its way to them. One statement, one moment. */
@Injectable()
export class Liabilities {
  constructor(private readonly database: Database) {}

  async now(): Promise<Row<typeof shape>> {
    const owed = await this.database.row(
      shape,
      `SELECT (SELECT COALESCE(sum(teo_coins), 0) FROM users_user) AS balances,
         (SELECT COALESCE(sum(amount), 0) FROM rewards_withdrawal
          WHERE state IN (${placeholders(openStates.length)})) AS "inFlight"`,
      [...openStates],
    );
    return owed as Row<typeof shape>;
  }
}
