import { Injectable } from '@nestjs/common';
import { CopyChecks, type CopyCheck } from '../../../platform/data/copy-checks';
import { text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { Halts } from '../decisions/halts';

const reason = 'The database was restored from a backup. Payments made since the backup are on the chain only';

/** Halts the hot wallets of a restored database, so that nothing is paid before the chain was polled and an administrator has checked. */
@Injectable()
export class HaltAfterRestore implements CopyCheck {
  constructor(
    copies: CopyChecks,
    private readonly database: Database,
    private readonly halts: Halts,
    private readonly clock: Clock,
  ) {
    copies.register(this);
  }

  async checkCopy(isOld: boolean): Promise<string[]> {
    if (!isOld) return [];
    const isHalted = await this.halt();
    return isHalted ? ['Payments are halted: docs/operations/chain.md, "Restored from a backup"'] : [];
  }

  /** @returns false if there is no hot wallet, because the school never paid on a chain */
  async halt(): Promise<boolean> {
    return this.database.transaction(async () => {
      // A wallet that was already halted gets the new reason and time too.
      const sql = 'UPDATE rewards_hot_wallet SET halted_at = $1, halt_reason = $2 RETURNING address';
      const wallets = await this.database.rows({ address: text }, sql, [this.clock.now(), reason]);
      for (const { address } of wallets) await this.halts.notifyAdministrators(`hot wallet ${address}`, reason);
      return wallets.length > 0;
    });
  }
}
