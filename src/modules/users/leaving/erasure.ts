import { Injectable } from '@nestjs/common';
import { bool, int, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { LeftEmails } from './left-emails';
import { PersonalDataRegistry } from './personal-data';

/** `waiting`: something must be settled before, such as a withdrawal. `returned`: the person was faster. */
export type ErasureResult = 'erased' | 'waiting' | 'returned';

/** Coins can still reach a person who has left, for example by a grade that is corrected. They are forfeited too. */
const isDueSql = `(d.left_at IS NULL AND d.due_at <= $1 OR d.left_at IS NOT NULL AND u.teo_coins > 0)`;

/** Removes what is personal of people whose cool-off is over, one person in one transaction. */
@Injectable()
export class Erasure {
  constructor(
    private readonly database: Database,
    private readonly leftEmails: LeftEmails,
    private readonly personalData: PersonalDataRegistry,
    private readonly clock: Clock,
  ) {}

  async listDue(): Promise<number[]> {
    const sql = `SELECT d.user_id AS "userId" FROM users_departure d JOIN users_user u ON u.id = d.user_id
      WHERE ${isDueSql} ORDER BY d.user_id`;
    const due = await this.database.rows({ userId: int }, sql, [this.clock.now()]);
    return due.map(({ userId }) => userId);
  }

  async erase(userId: number): Promise<ErasureResult> {
    return this.database.transaction(async () => {
      const departure = await this.lockDue(userId);
      if (!departure) return 'returned';
      const obstacles = await this.personalData.findObstacles(userId, true);
      if (obstacles.length > 0) return 'waiting';
      if (!departure.hasLeft) await this.markLeft(userId, departure.email);
      for (const part of this.personalData.parts) await part.erase(userId);
      return 'erased';
    });
  }

  /** Locks the row of the person, as a sign-in does. A person who signs in meanwhile has no departure any more. */
  private async lockDue(userId: number): Promise<{ email: string; hasLeft: boolean } | undefined> {
    const lockSql = `SELECT email FROM users_user WHERE id = $1${this.database.dialect.forUpdate()}`;
    const locked = await this.database.row({ email: text }, lockSql, [userId]);
    const departure = await this.database.row(
      { hasLeft: bool },
      `SELECT d.left_at IS NOT NULL AS "hasLeft" FROM users_departure d JOIN users_user u ON u.id = d.user_id
       WHERE ${isDueSql} AND d.user_id = $2`,
      [this.clock.now(), userId],
    );
    return locked && departure && { ...locked, ...departure };
  }

  /** The first statement, because the security events can be emptied only of people who have left. */
  private async markLeft(userId: number, email: string): Promise<void> {
    const sql = 'UPDATE users_departure SET left_at = $2, email_hash = $3 WHERE user_id = $1';
    await this.database.run(sql, [userId, this.clock.now(), this.leftEmails.hashOf(email)]);
  }
}
