import { Injectable } from '@nestjs/common';
import { text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { ChainConfig } from './chain-settings';

/** Knows the addresses that belong to the school itself. */
@Injectable()
export class SchoolAddresses {
  constructor(
    private readonly database: Database,
    private readonly chain: ChainConfig,
  ) {}

  /** The address for deposits. Null before the first poll of the chain, because a deposit that is sent before this poll would not be detected. */
  async findTreasury(): Promise<string | null> {
    const { chainId, contract } = this.chain.settings;
    const sql = 'SELECT treasury FROM rewards_chain_cursor WHERE chain_id = $1 AND contract = $2';
    const cursor = await this.database.row({ treasury: text }, sql, [chainId, contract]);
    return cursor?.treasury ?? null;
  }

  /**
   * Whether the address belongs to the school, now or formerly. Nobody can link such an address, because a transfer between two addresses of
   * the school is neither a payment nor a deposit.
   */
  async includes(address: string): Promise<boolean> {
    const { contract, treasury } = this.chain.settings;
    const lowerCase = address.toLowerCase();
    if (lowerCase === contract || lowerCase === treasury) return true;
    const sql = `SELECT treasury AS address FROM rewards_chain_cursor WHERE treasury = $1 OR contract = $1
      UNION ALL SELECT address FROM rewards_hot_wallet WHERE address = $1`;
    const schoolAddress = await this.database.row({ address: text }, sql, [lowerCase]);
    return schoolAddress !== undefined;
  }
}
