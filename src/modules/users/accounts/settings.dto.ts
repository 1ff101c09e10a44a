import { z } from 'zod';
import { language, timezone } from '../sign-in/auth.dto';
import { namedEnum } from '../../../platform/http/named-enum';
import { rule } from '../../../platform/http/rules';

export const themes = ['light', 'dark', 'system'] as const;
const maxPrivacySettings = 50;

export interface OwnSettings {
  emailNotifications: boolean;
  pushNotifications: boolean;
  privacySettings: Record<string, unknown>;
  theme: string;
  language: string;
  timezone: string;
  updatedAt: Date;
  version: number;
}

/** Themes and privacy settings are shown as they are stored because imported data may hold values that this API does not accept. */
export const Settings = z
  .strictObject({
    emailNotifications: z.boolean(),
    pushNotifications: z.boolean(),
    privacySettings: z.record(z.string(), z.unknown()),
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
        privacySettings: { hideFromLeaderboard: true },
        theme: 'system',
        language: 'it',
        timezone: 'Europe/Rome',
        updatedAt: '2026-11-02T08:15:00.000Z',
        version: 3,
      },
    ],
  });
export type Settings = z.output<typeof Settings>;

const privacySettings = z
  .record(
    z.string().regex(/^[A-Za-z]\w{0,49}$/, 'Must be a name of at most 50 letters, digits or _'),
    z.union([z.boolean(), z.number(), z.string().max(200), z.null()]),
  )
  .refine(
    (settings) => Object.keys(settings).length <= maxPrivacySettings,
    rule('max_members', `Must have at most ${maxPrivacySettings} members`),
  )
  .meta({
    maxProperties: maxPrivacySettings,
    description: `At most ${maxPrivacySettings} members. The object replaces the stored one`,
  });

export const SettingsChange = z
  .strictObject({
    emailNotifications: z.boolean().optional(),
    pushNotifications: z.boolean().optional(),
    privacySettings: privacySettings.optional(),
    theme: namedEnum('Theme', themes).optional(),
    language: language.optional(),
    timezone: timezone.optional(),
  })
  .meta({ id: 'SettingsChange', examples: [{ theme: 'dark', timezone: 'Europe/Rome' }] });
export type SettingsChange = z.output<typeof SettingsChange>;

export const showSettings = (settings: OwnSettings): Settings => ({
  ...settings,
  updatedAt: settings.updatedAt.toISOString(),
});
