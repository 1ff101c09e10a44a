import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { EventBus } from '../../../platform/events/event-bus';
import { PreconditionFailed } from '../../../platform/http/problems/http.errors';
import { Clock } from '../../../platform/time/clock';
import type { OwnSettings, SettingsChange } from './settings.dto';
import { UserNotFound } from '../users.errors';
import { TimezoneChanged } from '../users.events';
import { UserSettings } from './user-settings.entity';

const settings = columnsOf(UserSettings).without('id', 'userId', 'createdAt');
const settingsShape = settings.shape;
const settingsColumns = settings.columns();

/** Reads and changes the settings of people. */
@Injectable()
export class UserSettingsStore {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** @throws UserNotFound */
  async get(userId: number): Promise<OwnSettings> {
    const sql = `SELECT ${settingsColumns} FROM users_usersettings WHERE user_id = $1`;
    const settings = await this.database.row(settingsShape, sql, [userId]);
    if (!settings) throw new UserNotFound();
    return settings;
  }

  /**
   * @param expectedVersion null accepts any version
   * @throws PreconditionFailed when the stored version differs
   */
  async change(userId: number, expectedVersion: number | null, change: SettingsChange): Promise<OwnSettings> {
    return this.database.transaction(async () => {
      const isTimezoneChanged = change.timezone !== undefined && (await this.changeTimezone(userId, change.timezone));
      const settings = await this.update(userId, expectedVersion, change);
      if (!settings)
        throw new PreconditionFailed('The version has changed. Read the settings again and repeat your change.');
      if (isTimezoneChanged) await this.events.publish(new TimezoneChanged({ userId, timezone: settings.timezone }));
      return settings;
    });
  }

  /** Returns whether the time zone changed. The statement compares, so that only one of two equal requests sees a change. */
  private async changeTimezone(userId: number, timezone: string): Promise<boolean> {
    const sql = 'UPDATE users_usersettings SET timezone = $2 WHERE user_id = $1 AND timezone <> $2';
    const changedCount = await this.database.run(sql, [userId, timezone]);
    return changedCount > 0;
  }

  private update(
    userId: number,
    expectedVersion: number | null,
    change: SettingsChange,
  ): Promise<OwnSettings | undefined> {
    const { emailNotifications, pushNotifications, privacySettings, theme, language } = change;
    return this.database.row(
      settingsShape,
      `UPDATE users_usersettings SET email_notifications = COALESCE($3, email_notifications),
         push_notifications = COALESCE($4, push_notifications), privacy_settings = COALESCE(${this.database.dialect.mergedJsonSql('privacy_settings', '$5')}, privacy_settings),
         theme = COALESCE($6, theme), language = COALESCE($7, language), updated_at = $8, version = version + 1
       WHERE user_id = $1 AND version = COALESCE($2, version) RETURNING ${settingsColumns}`,
      [
        userId,
        expectedVersion,
        emailNotifications,
        pushNotifications,
        privacySettings,
        theme,
        language,
        this.clock.now(),
      ],
    );
  }
}
