import { Injectable } from '@nestjs/common';
import { DataRegistry } from '../../platform/data/data-registry';
import type { DataRules, Loading } from '../../platform/data/data-rules';
import { ownLedgerReason } from '../rewards';

const labels = [
  'wallet',
  'wallet_challenge',
  'block',
  'deposit',
  'hot_wallet',
  'foreign_nonce',
  'chain_cursor',
  'chain_decision',
  'withdrawal',
  'payout',
  'payout_booking',
  'withdrawal_attempt',
].map((name) => `rewards.${name}`);

/** The other system knows none of these tables: they are carried as they are, between schools of ours, and never merged. */
@Injectable()
export class ChainData implements DataRules {
  readonly models = [];

  constructor(registry: DataRegistry) {
    registry.register(this);
  }

  async check(load: Loading): Promise<void> {
    if (!load.merging) return;
    for (const label of labels) await load.refuseWhere(label, 'TRUE', ownLedgerReason);
  }
}
