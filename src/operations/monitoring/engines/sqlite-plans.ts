import type { TableScan } from '../inspector';

const tableReference = /\b(?:FROM|JOIN|UPDATE|INTO)\s+"?(\w+)"?(?:\s+(?:AS\s+)?"?(\w+)"?)?/gi;
const keywords = new Set(['WHERE', 'SET', 'ON', 'ORDER', 'GROUP', 'LIMIT', 'JOIN', 'LEFT', 'INNER', 'CROSS', 'VALUES']);
const comparison = /(?:"?(\w+)"?\.)?"?(\w+)"?\s*(=|<=|>=|<|>|\bIN\b)\s*(?:\(?\s*\$\d|\(?\s*\?|'|\d)/gi;

/** Finds tables that a plan reads completely, with the columns compared in the statement, because the plan does not list them. */
export function findScans(sql: string, plan: string, columns: ReadonlyMap<string, ReadonlySet<string>>): TableScan[] {
  const tables = tablesByAlias(sql);
  // A statement with OR is skipped, because one index cannot serve both alternatives.
  if (/\bOR\b/i.test(sql)) return [];
  return plan.split('\n').flatMap((line) => {
    const automatic = /SEARCH (\w+) USING AUTOMATIC (?:PARTIAL )?(?:COVERING )?INDEX \(([^)]*)\)/.exec(line);
    const alias = automatic?.[1] ?? /SCAN (\w+)$/.exec(line.trim())?.[1];
    const table = alias && (tables.get(alias) ?? alias);
    const known = table && columns.get(table);
    if (!known) return [];
    const compared = automatic ? columnsInTerms(automatic[2]!) : comparedColumns(sql, alias, tables.size === 1);
    const found = [...new Set(compared.filter((column) => known.has(column)))].slice(0, 3);
    return found.length > 0 ? [{ table, columns: found }] : [];
  });
}

const columnsInTerms = (terms: string): string[] => terms.split(' AND ').map((term) => /^\w+/.exec(term)?.[0] ?? '');

function tablesByAlias(sql: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, table = '', alias] of sql.matchAll(tableReference))
    found.set(alias && !keywords.has(alias.toUpperCase()) ? alias : table, table);
  return found;
}

/** The compared columns: equalities first, then one range. */
function comparedColumns(sql: string, alias: string, isOnly: boolean): string[] {
  const where = sql.slice(Math.max(0, sql.search(/\bWHERE\b/i)));
  const own = [...where.matchAll(comparison)].filter(([, of]) => of === alias || (of === undefined && isOnly));
  const isRange = (match: RegExpExecArray): boolean => /[<>]/.test(match[3]!);
  const names = (matches: RegExpExecArray[]): string[] => matches.map((match) => match[2]!);
  return [...names(own.filter((match) => !isRange(match))), ...names(own.filter(isRange)).slice(0, 1)];
}

export const findIndexes = (plan: string): string[] =>
  [...plan.matchAll(/USING (?:COVERING )?INDEX (\w+)/g)].map((match) => match[1]!);
