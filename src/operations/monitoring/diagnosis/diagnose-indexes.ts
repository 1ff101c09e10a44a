import { minOccurrences } from './finding-thresholds';
import { formatMegabytes, type Finding } from '../../../platform/findings/finding';
import type { ForeignKeyInfo, IndexInfo, RepairStatements, TableInfo } from '../inspector';
import { countCalls, totalMsOf, type StatementScan } from '../queries/query-plans';
import { isOwnStatement, type Statement } from '../queries/statement';

/** Smaller tables are not reported, because reading them completely is faster than using an index. */
const minRows = 1_000;
const minBytes = 65_536;
const minActivity = 1_000;

interface IndexFacts {
  indexes: readonly IndexInfo[];
  foreignKeys: readonly ForeignKeyInfo[];
  tables: readonly TableInfo[];
  scans: readonly StatementScan[];
  repairs: RepairStatements;
  /** The number of statements that this process has sent. After few statements an index may be unused by chance. */
  calls: number;
}

export function diagnoseIndexes(facts: IndexFacts): Finding[] {
  const { indexes, repairs } = facts;
  const duplicates = findDuplicates(indexes, repairs);
  const duplicateNames = new Set(duplicates.map(({ subject }) => subject));
  return [
    ...findInvalid(indexes, repairs),
    ...findMissing(facts),
    ...findUnindexedForeignKeys(facts),
    ...duplicates,
    ...findUnused(facts).filter(({ subject }) => !duplicateNames.has(subject)),
  ];
}

function findInvalid(indexes: readonly IndexInfo[], repairs: RepairStatements): Finding[] {
  return indexes
    .filter(({ isValid }) => !isValid)
    .map(({ name: subject, table }) => ({
      kind: 'invalid-index' as const,
      severity: 'warning' as const,
      subject,
      mend: repairs.rebuildIndex(subject),
      explanation: `The build of this index on ${table} did not finish. Writes update it, but reads cannot use it.`,
    }));
}

function findMissing({ scans, tables, repairs }: IndexFacts): Finding[] {
  const rowCounts = countRowsByTable(tables);
  const findings = new Map<string, Finding>();
  for (const { table, columns, statement, calls } of scans) {
    const rowCount = rowCounts.get(table) ?? 0;
    const subject = `${table} (${columns.join(', ')})`;
    const isCostly = rowCount >= minRows && calls >= minOccurrences;
    if (!isCostly || findings.has(subject) || isOwnStatement(statement)) continue;
    const cost = `${calls} calls, ${Math.round(totalMsOf(statement))} ms in total`;
    findings.set(subject, {
      kind: 'missing-index',
      severity: 'warning',
      subject,
      mend: repairs.createIndex(table, columns),
      explanation: `About ${rowCount} rows are read to find a few of them (${cost}): ${statement.text}`,
    });
  }
  return [...findings.values()];
}

const countRowsByTable = (tables: readonly TableInfo[]): Map<string, number> =>
  new Map(tables.map((table) => [table.name, table.rows]));

function findUnindexedForeignKeys({ foreignKeys, tables, repairs }: IndexFacts): Finding[] {
  const rowCounts = countRowsByTable(tables);
  return foreignKeys.map(({ name: subject, table, columns, referenced }) => ({
    kind: 'foreign-key-without-index' as const,
    subject,
    mend: repairs.createIndex(table, columns),
    severity: (rowCounts.get(table) ?? 0) < minRows ? 'notice' : 'warning',
    explanation: `A delete from ${referenced} reads all rows of ${table} to find those that refer to the deleted row.`,
  }));
}

function findDuplicates(indexes: readonly IndexInfo[], repairs: RepairStatements): Finding[] {
  return indexes.flatMap((index) => {
    if (index.isUnique || index.isConstraint || !index.isValid) return [];
    const replacement = indexes.find((candidate) => candidate !== index && canReplace(candidate, index));
    if (!replacement) return [];
    const explanation = `${replacement.name} on ${replacement.table} (${replacement.columns.join(', ')}) covers all of its uses.`;
    return [
      {
        kind: 'duplicate-index' as const,
        severity: 'warning' as const,
        subject: index.name,
        explanation,
        mend: repairs.dropIndex(index.name),
      },
    ];
  });
}

/** Whether all queries that use `index` can use `candidate`. Of two equal indexes the unique one is kept, else the first by name. */
function canReplace(candidate: IndexInfo, index: IndexInfo): boolean {
  const holdsSameRows = candidate.table === index.table && candidate.condition === index.condition;
  if (!holdsSameRows || !candidate.isValid) return false;
  const beginsWithKey = index.key.every((keyColumn, position) => candidate.key[position] === keyColumn);
  if (!beginsWithKey) return false;
  const isLonger = candidate.key.length !== index.key.length;
  return isLonger || candidate.isUnique || candidate.isConstraint || candidate.name < index.name;
}

function findUnused({ indexes, tables, repairs, calls }: IndexFacts): Finding[] {
  const activityByTable = new Map(tables.map((table) => [table.name, table.activity ?? calls]));
  return indexes
    .filter(({ scans, isUnique, isConstraint, isValid }) => scans === 0 && !isUnique && !isConstraint && isValid)
    .filter(({ bytes }) => (bytes ?? 0) >= minBytes)
    .filter(({ table }) => (activityByTable.get(table) ?? 0) >= minActivity)
    .map(({ name: subject, table, bytes, definition }) => ({
      kind: 'unused-index' as const,
      severity: 'notice' as const,
      subject,
      explanation: `${formatMegabytes(bytes ?? 0)} on ${table} that no read has used since the statistics began. Wait a month, so that monthly reports are included. Keep it if it speeds up deletes from a referenced table.`,
      mend: `${repairs.dropIndex(subject)}\n-- to create it again: ${definition};`,
    }));
}

export function countAllCalls(statements: Iterable<Statement>): number {
  let count = 0;
  for (const statement of statements) count += countCalls(statement);
  return count;
}
