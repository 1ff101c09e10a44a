/**
 * Converts a name to lower case for comparison, because names that differ only in case are the same name in searches, in unique
 * indexes (over `dialect.folded(…)`) and in counters. Only A to Z are converted. PostgreSQL converts other letters by its locale,
 * SQLite does not convert them, and JavaScript converts them by its version of Unicode. So two names with İ, ß or the Kelvin sign
 * would be equal in one place and different in another (decision 0014).
 */
export const fold = (name: string): string => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
