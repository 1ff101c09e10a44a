import { z } from 'zod';
import { language, timezone } from '../sign-in/auth.dto';
import { namedEnum } from '../../../platform/http/named-enum';
import { effectivePrivacy, PrivacySettings, PrivacySettingsChange } from '../privacy/privacy-settings';

const themes = ['light', 'dark', 'system'] as const;

export interface OwnSettings {
  emailNotifications: boolean;
  pushNotifications: boolean;
  /** As stored, perhaps with members that this application does not know. */
  privacySettings: unknown;
  theme: string;
  language: string;
  timezone: string;
  updatedAt: Date;
  version: number;
}

/** Themes are shown as they are stored, because imported data may hold values that this API does not accept. Of the privacy settings, those in force are shown. */
export const Settings = z
  .strictObject({
    emailNotifications: z.boolean(),
    pushNotifications: z.boolean(),
    privacySettings: PrivacySettings,
    theme: z.string(),
    language: z.string(),
    timezone: z.string(),
    updatedAt: z.iso.datetime(),
    version: z.int(),
  })
  .meta({
    id: 'Settings',
    examples: [
      {
        emailNotifications: true,
        pushNotifications: false,
        privacySettings: {
          profile: 'classmates',
          progress: 'nobody',
          achievements: 'everyone',
          hideFromLeaderboard: true,
          hideFromLookup: false,
        },
        theme: 'system',
        language: 'it',
        timezone: 'Europe/Rome',
        updatedAt: '2026-11-02T08:15:00.000Z',
        version: 3,
      },
    ],
  });
export type Settings = z.output<typeof Settings>;

export const SettingsChange = z
  .strictObject({
    emailNotifications: z.boolean().optional(),
    pushNotifications: z.boolean().optional(),
    privacySettings: PrivacySettingsChange.optional(),
    theme: namedEnum('Theme', themes).optional(),
    language: language.optional(),
    timezone: timezone.optional(),
  })
  .meta({ id: 'SettingsChange', examples: [{ theme: 'dark', timezone: 'Europe/Rome' }] });
export type SettingsChange = z.output<typeof SettingsChange>;

export const showSettings = (settings: OwnSettings): Settings => ({
  ...settings,
  privacySettings: effectivePrivacy(settings.privacySettings),
  updatedAt: settings.updatedAt.toISOString(),
});
