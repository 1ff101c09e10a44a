import type { Language } from '../../../platform/texts/languages';
import type { PersonChannel, Priority } from '../notification.lists';

/** A text in each language: an ICU message. A `'` begins a quotation in ICU, so texts use `’`. */
export type LocalText = Readonly<Record<Language, string>>;

/** A type of notification. Modules register their types at start. The stored value never changes. */
export interface NotificationType {
  /** The stored value: at most 50 lower-case letters, digits or `_`. */
  type: string;
  priority: Priority;
  /** The name of the type for people. A notification without a title of its own uses it as its title. */
  label: string | LocalText;
  /** The messages, by name. Notifications name one and give its values. */
  texts?: Readonly<Record<string, LocalText>>;
  /**
   * Where people get the type, besides the application, until they choose. The default is all channels. Whatever is listed, `low` is
   * never pushed and mailed only in a digest, and `urgent` is always mailed.
   */
  channels?: readonly PersonChannel[];
  /** True if the notification means nothing tomorrow, so that it is not sent after the end of the person's day. */
  isForToday?: boolean;
  /** True if the text is for the person only: it is about the safety of the account, or contains an address. Webhooks leave it out. */
  isConfidential?: true;
}
