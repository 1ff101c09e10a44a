import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { findPossibleChanges } from '../../../platform/database/append-only';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';

/** Thrown if ledger rows can be changed because the triggers are missing, for example after the table was rebuilt. */
class LedgerUnprotected extends Error {
  override name = 'LedgerUnprotected';

  constructor(possibleChanges: readonly string[]) {
    super(
      `The ledger is not append-only: ${possibleChanges.join(' and ')} was possible. Recreate the triggers of rewards_teocointransaction.`,
    );
  }
}

/** The id of the test row. No real row has a negative id, and an explicit id uses no number of the id sequence. */
const testRowId = -1;
const values = [testRowId];
const forbiddenStatements = {
  UPDATE: { sql: 'UPDATE rewards_teocointransaction SET amount = amount + 1 WHERE id = $1', values },
  DELETE: { sql: 'DELETE FROM rewards_teocointransaction WHERE id = $1', values },
};

/** Tries to change and delete a test row that is never committed. If the database allows it, the application does not start. */
@Injectable()
export class LedgerGuard implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const possibleChanges = await this.findPossibleChanges();
    if (possibleChanges.length > 0) throw new LedgerUnprotected(possibleChanges);
  }

  /** @returns the statements (UPDATE, DELETE) that the database wrongly allows; empty if the ledger is protected */
  findPossibleChanges(): Promise<string[]> {
    return findPossibleChanges(this.database, () => this.insertTestRow(), forbiddenStatements);
  }

  private async insertTestRow(): Promise<void> {
    const now = this.clock.now();
    await this.database.run(
      `INSERT INTO users_user (id, username, email, password, date_joined, created_at, updated_at)
       VALUES ($1, '-probe-', '-probe-', '!', $2, $2, $2)`,
      [testRowId, now],
    );
    await this.database.run(
      `INSERT INTO rewards_teocointransaction
         (id, user_id, transaction_type, amount, description, created_at, sequence, balance_after, operation_id)
       VALUES ($1, $1, 'manual_reward', 1, '', $2, 1, 1, '')`,
      [testRowId, now],
    );
  }
}
