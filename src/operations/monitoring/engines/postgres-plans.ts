import type { TableScan } from '../inspector';

/** Matches a table that a plan reads completely, and the filter on the next line. */
const sequentialScan = /Seq Scan on "?(\w+)"?[^\n]*\n\s*Filter: ([^\n]*)/g;
/** Matches a column that a filter compares with a parameter, a text or a number, and the operator. */
const comparison = /\(?(?:\w+\.)?"?(\w+)"?\)?(?:::[\w ]+)? (=|<|>|<=|>=) (?:ANY )?\(*(?:\$\d|'|\d)/g;
const usedIndex = /Index (?:Only )?Scan(?: Backward)? (?:using|on) "?(\w+)"?/g;
const maxIndexColumns = 3;

/** Finds tables that a plan reads completely and filters, with the columns that the filter compares. */
export function findScans(plan: string): TableScan[] {
  const scans: TableScan[] = [];
  for (const [, table = '', filter = ''] of plan.matchAll(sequentialScan)) {
    // A filter with OR is skipped, because one index cannot serve both alternatives.
    if (/ OR /.test(filter)) continue;
    const columns = findComparedColumns(filter).slice(0, maxIndexColumns);
    if (columns.length > 0) scans.push({ table, columns });
  }
  return scans;
}

/** Finds the columns that a filter compares: those compared for equality first, then one with a range. */
function findComparedColumns(filter: string): string[] {
  const equalColumns: string[] = [];
  const rangeColumns: string[] = [];
  for (const [, column = '', operator] of filter.matchAll(comparison)) {
    if (operator === '=') equalColumns.push(column);
    else rangeColumns.push(column);
  }
  return [...new Set([...equalColumns, ...rangeColumns.slice(0, 1)])];
}

export const findIndexes = (plan: string): string[] => [...plan.matchAll(usedIndex)].map(([, index]) => index!);
