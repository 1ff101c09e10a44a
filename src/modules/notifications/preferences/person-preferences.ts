import { localDateIn } from '../../../platform/time/local-date';
import type { Language } from '../../../platform/texts/languages';
import { personChannels, type PersonChannel, type Priority } from '../notification.lists';
import type { NotificationType } from '../types/notification-type';
import { deliveryTime, type DeliveryTimes } from './delivery-time';
import type { Choices } from './preference.entity';

/** What is known about a person who is to be told. */
export interface PersonPreferences extends DeliveryTimes {
  userId: number;
  username: string;
  email: string;
  isEmailVerified: boolean;
  language: Language;
  emailNotifications: boolean;
  pushNotifications: boolean;
  choices: Choices;
}

/** Mails that do not hurry wait this long, so that a burst becomes one mail. */
const burstMs = 120_000;

type Kind = Pick<NotificationType, 'type' | 'channels' | 'isForToday'>;

/** Whether the person has chosen the channel for the type, or it is the default. It does not look at the switches. */
export function hasChosen(
  { choices }: Pick<PersonPreferences, 'choices'>,
  { type, channels }: Kind,
  channel: PersonChannel,
): boolean {
  return choices[type]?.[channel] ?? (channels ?? personChannels).includes(channel);
}

/** Whether the person wants this in the channel. Urgent news is always mailed: an account is at risk, or money. */
export function wants(person: PersonPreferences, kind: Kind, priority: Priority, channel: PersonChannel): boolean {
  const isOn = channel === 'email' ? person.emailNotifications : person.pushNotifications;
  if (priority === 'urgent') return channel === 'email' || isOn;
  if (!isOn || !hasChosen(person, kind, channel)) return false;
  return priority !== 'low' || (channel === 'email' && person.digest.frequency !== 'immediately');
}

/** When to send a notification; null if the person does not want it in this channel. */
export function whenToSend(
  person: PersonPreferences,
  kind: Kind,
  priority: Priority,
  channel: PersonChannel,
  now: Date,
): Date | null {
  if (!wants(person, kind, priority, channel)) return null;
  if (priority === 'urgent') return now;
  const isDigested = channel === 'email' && person.digest.frequency !== 'immediately';
  const waitMs = channel === 'email' && !isDigested && priority === 'normal' ? burstMs : 0;
  const dueAt = deliveryTime(new Date(now.getTime() + waitMs), person, isDigested);
  const { timezone } = person;
  if (kind.isForToday && localDateIn(timezone, dueAt) !== localDateIn(timezone, now)) return null;
  return dueAt;
}
