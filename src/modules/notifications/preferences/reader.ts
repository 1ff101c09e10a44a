import { languageOf } from '../../../platform/texts/languages';
import type { Reader } from '../../../platform/texts/texts';
import { isTimeZone } from '../../../platform/time/local-date';

/** The reader of a text, from stored settings. Imported settings may hold any text. */
export const readerOf = (language: string, timezone: string): Reader => ({
  language: languageOf(language),
  timezone: isTimeZone(timezone) ? timezone : 'UTC',
});
