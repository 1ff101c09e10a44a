/** The languages in which the school writes to people. People may choose any language; those without texts get English. */
export const languages = ['en', 'it'] as const;
export type Language = (typeof languages)[number];

/** The language of the texts for a stored language tag, such as `it-CH`. Imported settings may hold any text. */
export function languageOf(tag: string): Language {
  const primary = tag.toLowerCase().split(/[-_]/, 1)[0];
  return languages.find((language) => language === primary) ?? 'en';
}
