import { Injectable } from '@nestjs/common';
import { bool, int, jsonOf, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { placeholders } from '../../../platform/database/insert-rows';
import { Clock } from '../../../platform/time/clock';
import { UserNotFound, verifiedEmailShape, verifiedEmailSql } from '../../users';
import type { DigestFrequency } from '../notification.lists';
import type { PersonPreferences } from './person-preferences';
import { NotificationPreference, type Choices } from './preference.entity';
import { toMinute, type PreferencesChange } from './preferences.dto';
import { readerOf } from './reader';

const stored = columnsOf(NotificationPreference).without('userId', 'updatedAt');

const personShape = {
  ...verifiedEmailShape,
  userId: int,
  username: text,
  email: text,
  language: text,
  timezone: text,
  emailNotifications: bool,
  pushNotifications: bool,
  quietFrom: nullable(int),
  quietUntil: nullable(int),
  digest: textOf<DigestFrequency>(),
  digestHour: int,
  digestWeekday: int,
  choices: nullable(jsonOf<Choices>()),
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
         COALESCE(s.push_notifications, true) AS "pushNotifications", p.quiet_from AS "quietFrom",
         p.quiet_until AS "quietUntil", COALESCE(p.digest, 'immediately') AS digest,
         COALESCE(p.digest_hour, 8) AS "digestHour", COALESCE(p.digest_weekday, 1) AS "digestWeekday", p.choices
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
      for (const [type, choice] of Object.entries(types)) choices[type] = { ...choices[type], ...choice };
      const isQuietKept = quietHours === undefined;
      await this.database.run(
        `UPDATE notifications_preference SET quiet_from = $2, quiet_until = $3, digest = $4, digest_hour = $5,
           digest_weekday = $6, choices = $7, updated_at = $8 WHERE user_id = $1`,
        [
          userId,
          isQuietKept ? row.quietFrom : quietHours && toMinute(quietHours.from),
          isQuietKept ? row.quietUntil : quietHours && toMinute(quietHours.until),
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

  private async lock(userId: number): Promise<Row<typeof stored.shape>> {
    await this.database.run(
      `INSERT INTO notifications_preference (user_id, choices, updated_at) VALUES ($1, $2, $3) ON CONFLICT (user_id) DO NOTHING`,
      [userId, {}, this.clock.now()],
    );
    const sql = `SELECT ${stored.columns()} FROM notifications_preference WHERE user_id = $1${this.database.dialect.forUpdate()}`;
    return (await this.database.row(stored.shape, sql, [userId]))!;
  }
}

function toPreferences(row: Row<typeof personShape>): PersonPreferences {
  const { quietFrom, quietUntil, digest, digestHour, digestWeekday, choices, language, timezone, ...person } = row;
  return {
    ...person,
    ...readerOf(language, timezone),
    quietHours: quietFrom === null || quietUntil === null ? null : { from: quietFrom, until: quietUntil },
    digest: { frequency: digest, hour: digestHour, weekday: digestWeekday },
    choices: choices ?? {},
  };
}
