import { Injectable } from '@nestjs/common';
import { text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Chain } from '../settings/chain-settings';

/** The address that is watched for deposits. */
@Injectable()
export class TreasuryQuery {
  constructor(
    private readonly database: Database,
    private readonly chain: Chain,
  ) {}

  /** Null until the chain is followed: what is sent before would not be seen. */
  async address(): Promise<string | null> {
    const { chainId, contract } = this.chain.settings;
    const sql = 'SELECT treasury FROM rewards_chain_cursor WHERE chain_id = $1 AND contract = $2';
    return (await this.database.row({ treasury: text }, sql, [chainId, contract]))?.treasury ?? null;
  }
}
