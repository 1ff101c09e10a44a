import { Injectable } from '@nestjs/common';
import { bool, int, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { placeholders } from '../../../platform/database/insert-rows';
import { Clock } from '../../../platform/time/clock';
import { UserNotFound, verifiedEmailShape, verifiedEmailSql } from '../../users';
import type { PersonPreferences } from './person-preferences';
import { NotificationPreference, type Choices } from './preference.entity';
import { toMinute, type PreferencesChange } from './preferences.dto';
import { readerOf } from './reader';

const chosen = columnsOf(NotificationPreference).without('userId', 'updatedAt');

const personShape = {
  ...verifiedEmailShape,
  userId: int,
  username: text,
  email: text,
  language: text,
  timezone: text,
  emailNotifications: bool,
  pushNotifications: bool,
  ...chosen.optionalShape,
};

/** Reads and changes how people want to be told. */
@Injectable()
export class NotificationPreferences {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The preferences of these people, without those whose account is closed. */
  async of(userIds: readonly number[]): Promise<Map<number, PersonPreferences>> {
    const ids = [...new Set(userIds)];
    if (ids.length === 0) return new Map();
    const rows = await this.database.rows(
      personShape,
      `SELECT u.id AS "userId", u.username, u.email, ${verifiedEmailSql('u')}, COALESCE(s.language, 'en') AS language,
         COALESCE(s.timezone, 'UTC') AS timezone, COALESCE(s.email_notifications, true) AS "emailNotifications",
         COALESCE(s.push_notifications, true) AS "pushNotifications", ${chosen.columns('p')}
       FROM users_user u LEFT JOIN users_usersettings s ON s.user_id = u.id
       LEFT JOIN notifications_preference p ON p.user_id = u.id
       WHERE u.is_active AND u.id IN (${placeholders(ids.length)})`,
      ids,
    );
    return new Map(rows.map((row) => [row.userId, toPreferences(row)]));
  }

  /** @throws UserNotFound */
  async get(userId: number): Promise<PersonPreferences> {
    const person = (await this.of([userId])).get(userId);
    if (!person) throw new UserNotFound();
    return person;
  }

  /** Members that are missing in the change stay as they are. The row is locked, so that two changes at once are both kept. */
  async change(userId: number, { quietHours, digest, types = {} }: PreferencesChange): Promise<PersonPreferences> {
    return this.database.transaction(async () => {
      const row = await this.lock(userId);
      const choices: Record<string, Choices[string]> = { ...row.choices };
      for (const [type, { isMailed, isPushed }] of Object.entries(types))
        choices[type] = {
          ...choices[type],
          ...(isMailed === undefined ? {} : { email: isMailed }),
          ...(isPushed === undefined ? {} : { push: isPushed }),
        };
      const isQuietKept = quietHours === undefined;
      await this.database.run(
        `UPDATE notifications_preference SET quiet_from = $2, quiet_until = $3, digest = $4, digest_hour = $5,
           digest_weekday = $6, choices = $7, updated_at = $8 WHERE user_id = $1`,
        [
          userId,
          isQuietKept ? row.quietFrom : quietHours && toMinute(quietHours.from),
          isQuietKept ? row.quietUntil : quietHours && toMinute(quietHours.to),
          digest?.frequency ?? row.digest,
          digest?.hour ?? row.digestHour,
          digest?.weekday ?? row.digestWeekday,
          choices,
          this.clock.now(),
        ],
      );
      return this.get(userId);
    });
  }

  private async lock(userId: number): Promise<Row<typeof chosen.shape>> {
    await this.database.run(
      `INSERT INTO notifications_preference (user_id, choices, updated_at) VALUES ($1, $2, $3) ON CONFLICT (user_id) DO NOTHING`,
      [userId, {}, this.clock.now()],
    );
    const sql = `SELECT ${chosen.columns()} FROM notifications_preference WHERE user_id = $1${this.database.dialect.forUpdate()}`;
    return (await this.database.row(chosen.shape, sql, [userId]))!;
  }
}

function toPreferences(row: Row<typeof personShape>): PersonPreferences {
  const { quietFrom, quietUntil, digest, digestHour, digestWeekday, choices, language, timezone, ...person } = row;
  return {
    ...person,
    ...readerOf(language, timezone),
    quietHours: quietFrom === null || quietUntil === null ? null : { from: quietFrom, until: quietUntil },
    digest: { frequency: digest ?? 'immediately', hour: digestHour ?? 8, weekday: digestWeekday ?? 1 },
    choices: choices ?? {},
  };
}
