/** What must be left as it is (literals, quoted names, comments), or a numbered parameter. */
const parts = /'[^']*'|"[^"]*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\/|(?<![\w$])\$([1-9]\d*)(?![\w$])/g;

/** A text as SQLite gets it, and how its values are bound. */
export interface Parameters {
  text: string;
  /** How many values stand in a row, or that they are bound by their numbers. */
  bound: number | 'by number';
}

/**
 * `$1` is a *named* parameter to SQLite, which looks for each name among all that came before it: 30,000 of them take eight seconds,
 * 30,000 plain `?` a few milliseconds. Where the numbers ascend without a gap and without coming back, both mean the same.
 */
export function parametersOf(sql: string): Parameters {
  let count = 0;
  let ascends = true;
  const text = sql.replaceAll(parts, (part: string, number: string | undefined) => {
    if (number === undefined) return part;
    ascends &&= Number(number) === ++count;
    return '?';
  });
  return ascends ? { text, bound: count } : { text: sql, bound: 'by number' };
}
