import { z } from 'zod';
import { namedEnum } from '../../../platform/http/named-enum';
import { rule } from '../../../platform/http/rules';
import { digestFrequencies, personChannels, priorities } from '../notification.lists';
import type { NotificationTypes } from '../types/notification-types';
import { hasChosen, type PersonPreferences } from './person-preferences';

const clockTime = z
  .string()
  .max(5)
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Must be a time such as 22:30')
  .meta({ examples: ['22:00'] });

/** The API writes times as `22:30`, and the table holds minutes since midnight. */
export const toMinute = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const toClockTime = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');

const digestFrequency = namedEnum('DigestFrequency', digestFrequencies);
const hour = z.int().min(0).max(23).meta({ description: 'On the clock of the person' });
const weekday = z.int().min(1).max(7).meta({ description: '1 is Monday. Used by weekly digests only' });

const TypePreference = z
  .strictObject({
    type: z.string(),
    label: z.string().meta({ description: 'The name of the type, in the language of the person' }),
    priority: namedEnum('NotificationPriority', priorities),
    isMailed: z.boolean(),
    isPushed: z.boolean(),
    isFixed: z
      .boolean()
      .meta({ description: 'Urgent: it is always mailed, and pushed while push notifications are on' }),
  })
  .meta({ id: 'NotificationTypePreference' });

const example = {
  emailNotifications: true,
  pushNotifications: true,
  timezone: 'Europe/Rome',
  quietHours: { from: '22:00', to: '08:00' },
  digest: { frequency: 'daily' as const, hour: 18, weekday: 1 },
  types: [
    {
      type: 'course_message',
      label: 'Message from your course',
      priority: 'normal' as const,
      isMailed: true,
      isPushed: false,
      isFixed: false,
    },
  ],
};

export const Preferences = z
  .strictObject({
    emailNotifications: z.boolean().meta({ description: 'The switch of `PATCH /me/settings`. Off: only urgent mails' }),
    pushNotifications: z.boolean().meta({ description: 'The switch of `PATCH /me/settings`. Off: nothing is pushed' }),
    timezone: z.string().meta({ description: 'The IANA name from the settings. Times are on the clock of this zone' }),
    quietHours: z.strictObject({ from: clockTime, to: clockTime }).nullable(),
    digest: z.strictObject({ frequency: digestFrequency, hour, weekday }),
    types: z.array(TypePreference),
  })
  .meta({ id: 'NotificationPreferences', examples: [example] });
export type Preferences = z.output<typeof Preferences>;

const quietHours = z
  .strictObject({ from: clockTime, to: clockTime })
  .refine(({ from, to }) => from !== to, rule('quiet_hours', 'Must end at another time than they begin'));

const choice = z.strictObject({ isMailed: z.boolean().optional(), isPushed: z.boolean().optional() });

export const PreferencesChange = z
  .strictObject({
    quietHours: quietHours.nullable().optional().meta({ description: 'null ends the quiet hours' }),
    digest: z
      .strictObject({ frequency: digestFrequency, hour: hour.optional(), weekday: weekday.optional() })
      .optional(),
    types: z
      .record(z.string().regex(/^[a-z][a-z0-9_]{0,49}$/), choice)
      .optional()
      .meta({ maxProperties: 100, description: 'By type. Types and channels that are missing stay as they are' }),
  })
  .meta({
    id: 'NotificationPreferencesChange',
    examples: [
      {
        quietHours: { from: '22:00', to: '08:00' },
        digest: { frequency: 'daily', hour: 18 },
        types: { course_message: { isPushed: false } },
      },
    ],
  });
export type PreferencesChange = z.output<typeof PreferencesChange>;

export function showPreferences(person: PersonPreferences, types: NotificationTypes): Preferences {
  const { emailNotifications, pushNotifications, timezone, digest, language } = person;
  return {
    emailNotifications,
    pushNotifications,
    timezone,
    quietHours: person.quietHours && {
      from: toClockTime(person.quietHours.from),
      to: toClockTime(person.quietHours.until),
    },
    digest: { frequency: digest.frequency, hour: digest.hour, weekday: digest.weekday },
    types: types.all.map((type) => {
      const isFixed = type.priority === 'urgent';
      const [isMailed, isPushed] = personChannels.map((channel) => isFixed || hasChosen(person, type, channel)) as [
        boolean,
        boolean,
      ];
      return {
        type: type.type,
        label: types.labelOf(type.type, language),
        priority: type.priority,
        isMailed,
        isPushed,
        isFixed,
      };
    }),
  };
}
