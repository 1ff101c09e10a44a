/** The maximum number of characters that are normalized. Longer statements insert many rows, and their beginning identifies them. */
const maxLength = 4_000;
const controlStatement = /^\s*(?:BEGIN|START|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET)\b/i;

const blockComment = /\/\*[\s\S]*?\*\//g;
/** Matches a text, also one without a closing quote. */
const textLiteral = /'(?:[^']|'')*'?/g;
const whitespace = /\s+/g;
/** Matches a number that is not part of a name or of a parameter such as `$1`. */
const numberLiteral = /(?<![\w$"])\d+(?:\.\d+)?\b/g;
/** Matches a list of two or more values, with optional casts such as `$1::int`. */
const valueList = /((?:\$\d+|\?)(?:::\w+)?)(?:, ?(?:\$\d+|\?)(?:::\w+)?)+/g;
/** Matches two or more rows of an INSERT. */
const rowList = /(\([^()]*\))(?:, ?\([^()]*\))+/g;

/** Whether the statement controls a transaction and reads no data. */
export const isControl = (sql: string): boolean => controlStatement.test(sql);
/** Whether the text is a whole statement. Only a whole statement can be explained. */
export const isComplete = (sql: string): boolean => sql.length <= maxLength;

/**
 * Returns the same text for statements that differ only in their values or in the number of values. The text holds no values, so
 * it holds no personal data.
 */
export function normalize(sql: string): string {
  return sql
    .slice(0, maxLength)
    .replaceAll(blockComment, ' ')
    .replaceAll(textLiteral, '?')
    .replaceAll(whitespace, ' ')
    .replaceAll(numberLiteral, '?')
    .replaceAll(valueList, '$1, …')
    .replaceAll(rowList, '$1, …')
    .trim();
}

/**
 * Returns the same text for a statement that this process sent and for its row in pg_stat_statements. The server replaces
 * constants by numbered parameters there.
 */
export function fingerprint(sql: string): string {
  return normalize(sql)
    .replaceAll(/\$\d+/g, '?')
    .replaceAll(/[\s"]+/g, '')
    .toLowerCase();
}
