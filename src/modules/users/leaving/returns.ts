import { Injectable } from '@nestjs/common';
import { bool } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { ActingAdmin, Device } from '../sign-in/device';
import { DepartureNotes } from './departure-notes';
import { PersonHasLeft } from './departures.errors';

/** People come back within the cool-off: by signing in, or by an administrator who opens their account. */
@Injectable()
export class Returns {
  constructor(
    private readonly database: Database,
    private readonly notes: DepartureNotes,
  ) {}

  /**
   * Opens the account of a person who is leaving, in the transaction of a sign-in whose last factor was right. Returns false for every
   * other account. The job that removes people locks the row of the person too, so only one of both succeeds.
   */
  async open(userId: number, device: Device): Promise<boolean> {
    if (!(await this.cancel(userId))) return false;
    await this.database.run('UPDATE users_user SET is_active = $2 WHERE id = $1', [userId, true]);
    await this.notes.cancelled(userId, device);
    return true;
  }

  /** Called in a transaction in which an administrator opens or closes the account. @throws PersonHasLeft */
  async cancelByAdmin(userId: number, admin: ActingAdmin): Promise<void> {
    const sql = 'SELECT left_at IS NOT NULL AS "hasLeft" FROM users_departure WHERE user_id = $1';
    const departure = await this.database.row({ hasLeft: bool }, sql, [userId]);
    if (departure?.hasLeft) throw new PersonHasLeft();
    if (await this.cancel(userId)) await this.notes.cancelledByAdmin(userId, admin);
  }

  private async cancel(userId: number): Promise<boolean> {
    const sql = 'DELETE FROM users_departure WHERE user_id = $1 AND left_at IS NULL';
    return (await this.database.run(sql, [userId])) > 0;
  }
}
