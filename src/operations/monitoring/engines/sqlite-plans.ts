import type { TableScan } from '../inspector';

/** Matches a table name in a statement, and the word after it, which may be an alias. */
const tableReference = /\b(?:FROM|JOIN|UPDATE|INTO)\s+"?(\w+)"?(?:\s+(?:AS\s+)?"?(\w+)"?)?/gi;
/** Words that may follow a table name and are not an alias. */
const keywords = new Set(['WHERE', 'SET', 'ON', 'ORDER', 'GROUP', 'LIMIT', 'JOIN', 'LEFT', 'INNER', 'CROSS', 'VALUES']);
/** Matches a column that is compared with a parameter, a text or a number: the alias, the column and the operator. */
const comparison = /(?:"?(\w+)"?\.)?"?(\w+)"?\s*(=|<=|>=|<|>|\bIN\b)\s*(?:\(?\s*\$\d|\(?\s*\?|'|\d)/gi;
/** Matches a plan line for an index that SQLite builds for one run of the statement, because a permanent one is missing. */
const automaticIndexLine = /SEARCH (\w+) USING AUTOMATIC (?:PARTIAL )?(?:COVERING )?INDEX \(([^)]*)\)/;
/** Matches a plan line for a table that is read completely. */
const fullScanLine = /SCAN (\w+)$/;
const usedIndex = /USING (?:COVERING )?INDEX (\w+)/g;
const maxIndexColumns = 3;

type ColumnsByTable = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Finds tables that a plan reads completely. The compared columns are read from the statement, because the plan of SQLite does
 * not list them.
 */
export function findScans(sql: string, plan: string, columnsByTable: ColumnsByTable): TableScan[] {
  // A statement with OR is skipped, because one index cannot serve both alternatives.
  if (/\bOR\b/i.test(sql)) return [];
  const tables = findTablesByAlias(sql);
  const scans: TableScan[] = [];
  for (const line of plan.split('\n')) {
    const scan = parseScannedTable(line, sql, tables.size === 1);
    const table = scan && (tables.get(scan.alias) ?? scan.alias);
    const tableColumns = table && columnsByTable.get(table);
    if (!tableColumns) continue;
    const columns = scan.columns.filter((column) => tableColumns.has(column));
    const indexColumns = [...new Set(columns)].slice(0, maxIndexColumns);
    if (indexColumns.length > 0) scans.push({ table, columns: indexColumns });
  }
  return scans;
}

/** Reads a line of a plan. @returns the alias of the table that the line scans and its compared columns; null if it scans none */
function parseScannedTable(
  line: string,
  sql: string,
  isOnlyTable: boolean,
): { alias: string; columns: string[] } | null {
  const [, indexedAlias, terms] = automaticIndexLine.exec(line) ?? [];
  if (indexedAlias && terms !== undefined) return { alias: indexedAlias, columns: parseIndexTerms(terms) };
  const alias = fullScanLine.exec(line.trim())?.[1];
  return alias ? { alias, columns: findComparedColumns(sql, alias, isOnlyTable) } : null;
}

/** Reads the columns of an automatic index, such as `course_id=? AND position>?`. */
const parseIndexTerms = (terms: string): string[] => terms.split(' AND ').map((term) => /^\w+/.exec(term)?.[0] ?? '');

function findTablesByAlias(sql: string): Map<string, string> {
  const tables = new Map<string, string>();
  for (const [, table = '', nextWord] of sql.matchAll(tableReference)) {
    const hasAlias = nextWord && !keywords.has(nextWord.toUpperCase());
    tables.set(hasAlias ? nextWord : table, table);
  }
  return tables;
}

/** Finds the columns of a table that the statement compares: those compared for equality first, then one with a range. */
function findComparedColumns(sql: string, alias: string, isOnlyTable: boolean): string[] {
  const whereStart = Math.max(0, sql.search(/\bWHERE\b/i));
  const equalColumns: string[] = [];
  const rangeColumns: string[] = [];
  for (const [, columnAlias, column = '', operator = ''] of sql.slice(whereStart).matchAll(comparison)) {
    const isOfTable = columnAlias === undefined ? isOnlyTable : columnAlias === alias;
    if (!isOfTable) continue;
    const isRange = /[<>]/.test(operator);
    if (isRange) rangeColumns.push(column);
    else equalColumns.push(column);
  }
  return [...equalColumns, ...rangeColumns.slice(0, 1)];
}

export const findIndexes = (plan: string): string[] => [...plan.matchAll(usedIndex)].map(([, index]) => index!);
