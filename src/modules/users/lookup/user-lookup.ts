import { Injectable } from '@nestjs/common';
import { fold } from '../../../platform/database/case-folding';
import { bool, int, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { privacySettingIsOnSql } from '../privacy/privacy-settings';
import { UserNotFound } from '../users.errors';
import type { Role } from '../user.lists';
import { LookupLimit } from './lookup-limit';

const foundShape = { id: int, username: text, role: textOf<Role>(), profileImage: text, isFindable: bool };
export type FoundUser = Row<typeof foundShape>;

/** Finds people by their exact username, for members who want to send them coins. */
@Injectable()
export class UserLookup {
  constructor(
    private readonly database: Database,
    private readonly limit: LookupLimit,
  ) {}

  /**
   * A closed account, a person who has blocked the viewer and a person who hides from the lookup get the same response as an unknown
   * name, after the same statement.
   * @throws UserNotFound, RateLimited
   */
  async get(viewerId: number, username: string): Promise<FoundUser> {
    const user = await this.resolve(viewerId, username);
    if (!user?.isFindable) throw new UserNotFound();
    return user;
  }

  /**
   * Also returns people whom the viewer cannot find. The caller must not let the viewer see the difference.
   * @throws RateLimited
   */
  async resolve(viewerId: number, username: string): Promise<FoundUser | undefined> {
    await this.limit.count(viewerId);
    return this.database.row(
      foundShape,
      `SELECT u.id, u.username, u.role,
         CASE WHEN s.privacy_settings ->> 'profile' = 'nobody' THEN '' ELSE u.profile_image END AS "profileImage",
         u.is_active AND NOT ${privacySettingIsOnSql('s', 'hideFromLookup')} AND NOT EXISTS (
           SELECT 1 FROM users_block b WHERE b.user_id = u.id AND b.blocked_id = $2) AS "isFindable"
       FROM users_user u JOIN users_usersettings s ON s.user_id = u.id
       WHERE ${this.database.dialect.folded('u.username')} = $1`,
      [fold(username), viewerId],
    );
  }
}
