import type { TableScan } from '../inspector';

const sequentialScan = /Seq Scan on "?(\w+)"?[^\n]*\n\s*Filter: ([^\n]*)/g;
const comparison = /\(?(?:\w+\.)?"?(\w+)"?\)?(?:::[\w ]+)? (=|<|>|<=|>=) (?:ANY )?\(*(?:\$\d|'|\d)/g;

/** Finds tables that a plan reads completely and filters, with the compared columns: equalities first, then one range. */
export function findScans(plan: string): TableScan[] {
  return [...plan.matchAll(sequentialScan)].flatMap(([, table = '', filter = '']) => {
    // A filter with OR is skipped, because one index cannot serve both alternatives.
    if (/ OR /.test(filter)) return [];
    const compared = [...filter.matchAll(comparison)].map(([, column = '', operator]) => ({ column, operator }));
    const equal = compared.filter(({ operator }) => operator === '=').map(({ column }) => column);
    const range = compared.filter(({ operator }) => operator !== '=').map(({ column }) => column);
    const columns = [...new Set([...equal, ...range.slice(0, 1)])].slice(0, 3);
    return columns.length > 0 ? [{ table, columns }] : [];
  });
}

export const findIndexes = (plan: string): string[] =>
  [...plan.matchAll(/Index (?:Only )?Scan(?: Backward)? (?:using|on) "?(\w+)"?/g)].map((match) => match[1]!);
