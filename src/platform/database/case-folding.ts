/**
 * Names that differ in nothing but upper and lower case are one name: for look-up, for uniqueness (an index over
 * `dialect.folded(…)`) and for counters. Only A to Z are folded: what else has cases is folded differently by PostgreSQL (by its locale),
 * by SQLite (not at all) and by JavaScript (by its version of Unicode), and İ, ß or the Kelvin sign would then be one name in
 * one place and two in another (decision 0014).
 */
export const fold = (name: string): string => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
