import { Injectable } from '@nestjs/common';
import { bool, instant, int, jsonOf, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { PreconditionFailed } from '../../../platform/http/http.errors';
import { Clock } from '../../../platform/time/clock';
import type { OwnSettings, SettingsChange } from './settings.dto';
import { UserNotFound } from '../users.errors';
import { TimezoneChanged } from '../users.events';

const shape = {
  emailNotifications: bool,
  pushNotifications: bool,
  privacySettings: jsonOf<Record<string, unknown>>(),
  theme: text,
  language: text,
  timezone: text,
  updatedAt: instant,
  version: int,
};

const columns = `email_notifications AS "emailNotifications", push_notifications AS "pushNotifications",
  privacy_settings AS "privacySettings", theme, language, timezone, updated_at AS "updatedAt", version`;

/** What a person has chosen for themselves. */
@Injectable()
export class OwnSettingsStore {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  async of(userId: number): Promise<OwnSettings> {
    const sql = `SELECT ${columns} FROM users_usersettings WHERE user_id = $1`;
    const settings = await this.database.row(shape, sql, [userId]);
    if (!settings) throw new UserNotFound();
    return settings;
  }

  /** @throws PreconditionFailed when the version is not the expected one (null: any) */
  async change(userId: number, expected: number | null, change: SettingsChange): Promise<OwnSettings> {
    return this.database.transaction(async () => {
      const moved = change.timezone !== undefined && (await this.move(userId, change.timezone));
      const settings = await this.write(userId, expected, change);
      if (!settings) throw new PreconditionFailed('Read it again, apply your change to what you find.');
      if (moved) await this.events.publish(new TimezoneChanged({ userId, timezone: settings.timezone }));
      return settings;
    });
  }

  /** Whether this is another zone than before: the statement that moves a person is the one that knows. */
  private async move(userId: number, timezone: string): Promise<boolean> {
    const sql = 'UPDATE users_usersettings SET timezone = $2 WHERE user_id = $1 AND timezone <> $2';
    return (await this.database.run(sql, [userId, timezone])) > 0;
  }

  private write(userId: number, expected: number | null, change: SettingsChange): Promise<OwnSettings | undefined> {
    const { emailNotifications, pushNotifications, privacySettings, theme, language } = change;
    return this.database.row(
      shape,
      `UPDATE users_usersettings SET email_notifications = COALESCE($3, email_notifications),
         push_notifications = COALESCE($4, push_notifications), privacy_settings = COALESCE($5, privacy_settings),
         theme = COALESCE($6, theme), language = COALESCE($7, language), updated_at = $8, version = version + 1
       WHERE user_id = $1 AND version = COALESCE($2, version) RETURNING ${columns}`,
      [userId, expected, emailNotifications, pushNotifications, privacySettings, theme, language, this.clock.now()],
    );
  }
}
