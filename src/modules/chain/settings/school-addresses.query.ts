import { Injectable } from '@nestjs/common';
import { int, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { ChainConfig } from './chain-settings';

/** The school's own addresses. */
@Injectable()
export class SchoolAddresses {
  constructor(
    private readonly database: Database,
    private readonly chain: ChainConfig,
  ) {}

  /** Where deposits go. Null before the first poll of the chain, because a deposit sent before it would not be detected. */
  async findTreasury(): Promise<string | null> {
    const { chainId, contract } = this.chain.settings;
    const sql = 'SELECT treasury FROM rewards_chain_cursor WHERE chain_id = $1 AND contract = $2';
    return (await this.database.row({ treasury: text }, sql, [chainId, contract]))?.treasury ?? null;
  }

  /**
   * Whether the address is the school's own. Nobody can link such an address, because a transfer between two of them is neither
   * a payment nor a deposit. Former treasuries and hot wallets count too.
   */
  async includes(address: string): Promise<boolean> {
    const { contract, treasury } = this.chain.settings;
    const lowerCase = address.toLowerCase();
    if (lowerCase === contract || lowerCase === treasury) return true;
    const sql = `SELECT 1 AS found FROM rewards_chain_cursor WHERE treasury = $1 OR contract = $1
      UNION ALL SELECT 1 AS found FROM rewards_hot_wallet WHERE address = $1`;
    return (await this.database.row({ found: int }, sql, [lowerCase])) !== undefined;
  }
}
