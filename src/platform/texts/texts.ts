import type { IntlMessageFormat } from 'intl-messageformat';
import { LRUCache } from 'lru-cache';
import type { Language } from './languages';

/** The values of a text. An instant is an ISO text, which `{at, date, moment}` writes in the time zone of the reader. */
export type TextValues = Readonly<Record<string, string | number>>;

export interface Reader {
  language: Language;
  /** An IANA name. */
  timezone: string;
}

const parsedTexts = new LRUCache<string, IntlMessageFormat>({ max: 1_000 });

/**
 * Writes a text of a catalogue, which is an ICU message: `{count, plural, one {# coin} other {# coins}}`. The result is plain text;
 * whoever puts it into HTML escapes it.
 */
export function formatText(message: string, reader: Reader, values: TextValues): string {
  const key = `${reader.language} ${reader.timezone} ${message}`;
  const parsed = parsedTexts.get(key) ?? parse(message, reader);
  parsedTexts.set(key, parsed);
  return String(parsed.format(withInstants(message, values)));
}

/** The package is loaded with the first text, because a server that sends no mail does not need it. */
function parse(message: string, { language, timezone }: Reader): IntlMessageFormat {
  // oxlint-disable-next-line typescript/no-require-imports
  const { IntlMessageFormat } = require('intl-messageformat') as typeof import('intl-messageformat');
  const date = {
    day: { dateStyle: 'long', timeZone: timezone },
    moment: { dateStyle: 'long', timeStyle: 'short', timeZone: timezone },
  } as const;
  return new IntlMessageFormat(message, language, { date }, { ignoreTag: true });
}

const dateArgument = /\{\s*(\w+)\s*,\s*date\b/g;

/** The values with instants instead of ISO texts, where the message writes a date. */
function withInstants(message: string, values: TextValues): Record<string, string | number | Date> {
  const converted: Record<string, string | number | Date> = { ...values };
  for (const [, name] of message.matchAll(dateArgument)) converted[name!] = new Date(values[name!]!);
  return converted;
}
