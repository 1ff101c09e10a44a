import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';

/** The ledger can be changed: its triggers are gone (a table that is rebuilt loses them). */
export class LedgerUnprotected extends Error {
  override name = 'LedgerUnprotected';

  constructor(possible: readonly string[]) {
    super(
      `The ledger is not append-only: ${possible.join(' and ')} was possible. Recreate the triggers of rewards_teocointransaction.`,
    );
  }
}

const attempts = {
  UPDATE: 'UPDATE rewards_teocointransaction SET amount = amount + 1 WHERE id = $1',
  DELETE: 'DELETE FROM rewards_teocointransaction WHERE id = $1',
};
/** No real row has it, and no id is used up by it. */
const probe = -1;

/** Tries what must be impossible, on a row that is never committed; nothing starts on a ledger that lets it happen. */
@Injectable()
export class LedgerGuard implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const possible = await this.possible();
    if (possible.length > 0) throw new LedgerUnprotected(possible);
  }

  /** What can be done to a row of the ledger and should not: nothing, if all is well. */
  async possible(): Promise<string[]> {
    const possible: string[] = [];
    for (const [name, sql] of Object.entries(attempts)) if (await this.succeeds(sql)) possible.push(name);
    return possible;
  }

  private async succeeds(sql: string): Promise<boolean> {
    try {
      await this.database.transaction(async () => {
        await this.insertProbe();
        await this.database.run(sql, [probe]);
        throw new Succeeded();
      });
    } catch (error) {
      if (error instanceof Succeeded) return true;
      if (!String(error).includes('append-only')) throw error;
    }
    return false;
  }

  private async insertProbe(): Promise<void> {
    const now = this.clock.now();
    await this.database.run(
      `INSERT INTO users_user (id, username, email, password, date_joined, created_at, updated_at)
       VALUES ($1, '-probe-', '-probe-', '!', $2, $2, $2)`,
      [probe, now],
    );
    await this.database.run(
      `INSERT INTO rewards_teocointransaction
         (id, user_id, transaction_type, amount, description, created_at, sequence, balance_after, operation_id)
       VALUES ($1, $1, 'manual_reward', 1, '', $2, 1, 1, '')`,
      [probe, now],
    );
  }
}

/** Rolls the probe back; never seen outside. */
class Succeeded extends Error {}
