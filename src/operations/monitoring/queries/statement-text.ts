/** Longer texts are batches, whose first characters identify them; the rest is values. */
const maxLength = 4_000;
const controlStatement = /^\s*(?:BEGIN|START|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET)\b/i;

export const isControl = (sql: string): boolean => controlStatement.test(sql);
/** Whether the text is a whole statement. Only a whole statement can be explained. */
export const isComplete = (sql: string): boolean => sql.length <= maxLength;

/** Returns the same text for statements that differ only in values or in their number. It holds no personal data. */
export function normalize(sql: string): string {
  return sql
    .slice(0, maxLength)
    .replaceAll(/\/\*[\s\S]*?\*\//g, ' ')
    .replaceAll(/'(?:[^']|'')*'?/g, '?')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(?<![\w$"])\d+(?:\.\d+)?\b/g, '?')
    .replaceAll(/((?:\$\d+|\?)(?:::\w+)?)(?:, ?(?:\$\d+|\?)(?:::\w+)?)+/g, '$1, …')
    .replaceAll(/(\([^()]*\))(?:, ?\([^()]*\))+/g, '$1, …')
    .trim();
}

/** Returns the same text for our statement and for its entry in pg_stat_statements, which numbers constants like parameters. */
export function fingerprint(sql: string): string {
  return normalize(sql)
    .replaceAll(/\$\d+/g, '?')
    .replaceAll(/[\s"]+/g, '')
    .toLowerCase();
}
