import { Injectable } from '@nestjs/common';
import { DataRegistry } from '../../platform/data/data-registry';
import type { DataRules, Loading } from '../../platform/data/data-rules';
import { ownLedgerReason } from '../rewards';

const labels = [
  'rewards.wallet',
  'rewards.wallet_challenge',
  'rewards.block',
  'rewards.deposit',
  'rewards.hot_wallet',
  'rewards.foreign_nonce',
  'rewards.chain_cursor',
  'rewards.chain_decision',
  'rewards.withdrawal',
  'rewards.payout',
  'rewards.payout_booking',
  'rewards.withdrawal_attempt',
];

/** The original platform has none of these tables. A copy of a school contains them unchanged, but they are never merged into another school. */
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
