import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { json } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { PreconditionFailed } from '../../../platform/http/problems/http.errors';
import { Clock } from '../../../platform/time/clock';
import { personColumns, personShape, type Person } from './person';
import type { ProfileChange } from './me.dto';
import { effectivePrivacy, type PrivacySettings } from '../privacy/privacy-settings';
import { UserNotFound } from '../users.errors';

export type VisiblePerson = Person & { privacy: PrivacySettings };

@Injectable()
export class Profiles {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws UserNotFound */
  async get(userId: number): Promise<Person> {
    const sql = `SELECT ${personColumns} FROM users_user WHERE id = $1`;
    const person = await this.database.row(personShape, sql, [userId]);
    if (!person) throw new UserNotFound();
    return person;
  }

  /**
   * Reads a person with their privacy settings. Only administrators can read a closed account.
   * @throws UserNotFound
   */
  async getVisibleTo(viewer: Actor, userId: number): Promise<VisiblePerson> {
    const found = await this.database.row(
      { ...personShape, stored: json },
      `SELECT ${personColumns}, (SELECT s.privacy_settings FROM users_usersettings s WHERE s.user_id = users_user.id) AS stored
       FROM users_user WHERE id = $1`,
      [userId],
    );
    if (!found || (!found.isActive && viewer.role !== 'admin')) throw new UserNotFound();
    const { stored, ...person } = found;
    return { ...person, privacy: effectivePrivacy(stored) };
  }

  /**
   * @param expectedVersion null accepts any version
   * @throws PreconditionFailed when the stored version differs
   */
  async change(userId: number, expectedVersion: number | null, change: ProfileChange): Promise<Person> {
    const { firstName, lastName, bio } = change;
    const person = await this.database.transaction(() =>
      this.database.row(
        personShape,
        `UPDATE users_user SET first_name = COALESCE($3, first_name), last_name = COALESCE($4, last_name),
           bio = COALESCE($5, bio), updated_at = $6, version = version + 1
         WHERE id = $1 AND version = COALESCE($2, version) RETURNING ${personColumns}`,
        [userId, expectedVersion, firstName, lastName, bio, this.clock.now()],
      ),
    );
    if (!person)
      throw new PreconditionFailed('The version has changed. Read the profile again and repeat your change.');
    return person;
  }
}
