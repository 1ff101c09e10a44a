/**
 * Two names that differ only in upper and lower case are the same name: in searches, in unique indexes (over
 * `dialect.folded(…)`) and in counters. Only A to Z are folded, because PostgreSQL folds other letters by its locale, SQLite
 * not at all, and JavaScript by its version of Unicode: İ, ß or the Kelvin sign would be one name in one place and two in
 * another (decision 0014).
 */
export const fold = (name: string): string => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
