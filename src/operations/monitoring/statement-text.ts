/** Longer texts are batches: their head says what they are, and the rest is values. */
const maxLength = 4_000;
const controlStatement = /^\s*(?:BEGIN|START|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET)\b/i;

export const isControl = (sql: string): boolean => controlStatement.test(sql);
/** Whether the text is the whole statement: only that can be planned. */
export const isComplete = (sql: string): boolean => sql.length <= maxLength;

/** One text for all statements that differ in values and in how many there are: nobody's data, and few of them. */
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

/** The same for our text and for the server's own record of it, which numbers constants as if they were parameters. */
export function fingerprint(sql: string): string {
  return normalize(sql)
    .replaceAll(/\$\d+/g, '?')
    .replaceAll(/[\s"]+/g, '')
    .toLowerCase();
}
