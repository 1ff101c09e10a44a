/** Matches a numbered parameter, or a part of the text that must not change: a literal, a quoted name, a comment. */
const parts = /'[^']*'|"[^"]*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\/|(?<![\w$])\$([1-9]\d*)(?![\w$])/g;

/** The text that is sent to SQLite, and how its values are bound. */
export interface Parameters {
  text: string;
  /** The number of values that are bound by position; 'by number' if they are bound by name. */
  bound: number | 'by number';
}

/**
 * Replaces `$1, $2, …` by `?` where the numbers ascend without gap or repetition, because both then mean the same. SQLite
 * compares every name like `$1` with all names before it: 30,000 of them take eight seconds, 30,000 `?` a few milliseconds.
 */
export function parametersOf(sql: string): Parameters {
  let count = 0;
  let isAscending = true;
  const text = sql.replaceAll(parts, (part: string, number: string | undefined) => {
    if (number === undefined) return part;
    isAscending &&= Number(number) === ++count;
    return '?';
  });
  return isAscending ? { text, bound: count } : { text: sql, bound: 'by number' };
}
