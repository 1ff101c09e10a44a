import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Chain } from './chain-settings';

/** The school's own addresses: nobody can link them, since a payment to them is none and theirs is no deposit. */
@Injectable()
export class SchoolAddresses {
  constructor(
    private readonly database: Database,
    private readonly chain: Chain,
  ) {}

  async include(address: string): Promise<boolean> {
    const { contract, treasury } = this.chain.settings;
    const wanted = address.toLowerCase();
    if (wanted === contract || wanted === treasury) return true;
    // Also the treasuries and the hot wallets of before.
    const sql = `SELECT 1 AS found FROM rewards_chain_cursor WHERE treasury = $1 OR contract = $1
      UNION ALL SELECT 1 AS found FROM rewards_hot_wallet WHERE address = $1`;
    return (await this.database.row({ found: int }, sql, [wanted])) !== undefined;
  }
}
