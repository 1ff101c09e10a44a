import { z } from 'zod';
import { namedEnum } from '../../../platform/http/named-enum';

/** Who sees a part of a person. Classmates are enrolled in the same course. Staff (approved teachers and administrators) see all parts. */
const privacyAudiences = ['everyone', 'classmates', 'nobody'] as const;
export type PrivacyAudience = (typeof privacyAudiences)[number];

const audience = (description: string): z.ZodType<PrivacyAudience> =>
  namedEnum('PrivacyAudience', privacyAudiences).meta({ description });

/**
 * The privacy settings that this application knows. An imported school may have others: they stay in the column, have no effect, and
 * are dumped unchanged.
 */
export const PrivacySettings = z
  .strictObject({
    profile: audience(
      'Who sees the real name and the biography. With `nobody`, other students do not see the picture either',
    ),
    progress: audience('Who sees how much the person has learned, and the streak'),
    achievements: audience('Who sees the achievements that the person has earned'),
    hideFromLeaderboard: z.boolean().meta({ description: 'The leaderboard does not list the person' }),
    hideFromLookup: z.boolean().meta({ description: 'Nobody finds the person by the username' }),
  })
  .meta({ id: 'PrivacySettings' });
export type PrivacySettings = z.output<typeof PrivacySettings>;

export const PrivacySettingsChange = PrivacySettings.partial().meta({
  id: 'PrivacySettingsChange',
  examples: [{ achievements: 'classmates', hideFromLeaderboard: true }],
  description: 'Settings that are left out do not change',
});
export type PrivacySettingsChange = z.output<typeof PrivacySettingsChange>;

/** What holds for a person who has chosen nothing. */
const defaults: PrivacySettings = {
  profile: 'classmates',
  progress: 'nobody',
  achievements: 'nobody',
  hideFromLeaderboard: false,
  hideFromLookup: false,
};

/** The settings that are in force. A stored value that has another type, as imported data may have, counts as not chosen. */
export function effectivePrivacy(stored: unknown): PrivacySettings {
  const values = (stored ?? {}) as Record<string, unknown>;
  const audienceOf = (name: 'profile' | 'progress' | 'achievements'): PrivacyAudience =>
    privacyAudiences.find((value) => value === values[name]) ?? defaults[name];
  return {
    profile: audienceOf('profile'),
    progress: audienceOf('progress'),
    achievements: audienceOf('achievements'),
    hideFromLeaderboard: isOn(values.hideFromLeaderboard),
    hideFromLookup: isOn(values.hideFromLookup),
  };
}

/** The same values as `privacySettingIsOnSql`. */
const isOn = (value: unknown): boolean => ['true', '1'].includes(String(value));

/**
 * A condition on a row of `users_usersettings` with this alias: the member of the privacy settings is true. The operator ->>
 * returns JSON true as `true` on PostgreSQL and as 1 on SQLite.
 */
export const privacySettingIsOnSql = (alias: string, name: 'hideFromLeaderboard' | 'hideFromLookup'): string =>
  `COALESCE(CAST(${alias}.privacy_settings ->> '${name}' AS varchar(5)), '') IN ('true', '1')`;
