import { Injectable } from '@nestjs/common';
import { text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { Halts } from '../decisions/halts';

const reason = 'the database was restored from a backup: what was paid since is on the chain only';

/** SupplyTotals as old as a backup. Nothing is begun on them before the chain was read and somebody has looked, also if it stood still before. */
@Injectable()
export class HaltAfterRestore {
  constructor(
    private readonly database: Database,
    private readonly halts: Halts,
    private readonly clock: Clock,
  ) {}

  /** @returns whether there is anything to look at: a school that never paid on a chain has no wallet */
  async halt(): Promise<boolean> {
    return this.database.transaction(async () => {
      const sql = 'UPDATE rewards_hot_wallet SET halted_at = $1, halt_reason = $2 RETURNING address';
      const wallets = await this.database.rows({ address: text }, sql, [this.clock.now(), reason]);
      for (const { address } of wallets) await this.halts.tell(`hot wallet ${address}`, reason);
      return wallets.length > 0;
    });
  }
}
