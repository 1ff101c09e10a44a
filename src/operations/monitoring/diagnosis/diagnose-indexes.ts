import { minOccurrences } from './finding-thresholds';
import { formatMegabytes, type Finding } from '../../../platform/findings/finding';
import type { ForeignKeyInfo, IndexInfo, RepairStatements, TableInfo } from '../inspector';
import { countCalls, totalMsOf, type StatementScan } from '../queries/query-plans';
import { isOwnStatement } from '../queries/statement';

/** Smaller tables are not reported, because reading them completely is faster than using an index. */
const minRows = 1_000;
const minBytes = 65_536;
const minActivity = 1_000;

export interface IndexFacts {
  indexes: readonly IndexInfo[];
  foreignKeys: readonly ForeignKeyInfo[];
  tables: readonly TableInfo[];
  scans: readonly StatementScan[];
  repairs: RepairStatements;
  /** Number of statements that this process has seen. If they are few, an unused index proves nothing. */
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
  const rows = new Map(tables.map((table) => [table.name, table.rows]));
  const found = new Map<string, Finding>();
  for (const { table, columns, statement, calls } of scans) {
    const count = rows.get(table) ?? 0;
    const key = `${table} (${columns.join(', ')})`;
    if (count < minRows || found.has(key) || calls < minOccurrences || isOwnStatement(statement)) continue;
    const cost = `${calls} calls, ${Math.round(totalMsOf(statement))} ms in total`;
    found.set(key, {
      kind: 'missing-index',
      severity: 'warning',
      subject: key,
      mend: repairs.createIndex(table, columns),
      explanation: `About ${count} rows are read to find a few of them (${cost}): ${statement.text}`,
    });
  }
  return [...found.values()];
}

function findUnindexedForeignKeys({ foreignKeys: keys, tables, repairs }: IndexFacts): Finding[] {
  const rows = new Map(tables.map((table) => [table.name, table.rows]));
  return keys.map(({ name: subject, table, columns, referenced }) => ({
    kind: 'foreign-key-without-index' as const,
    subject,
    mend: repairs.createIndex(table, columns),
    severity: (rows.get(table) ?? 0) < minRows ? 'notice' : 'warning',
    explanation: `A delete from ${referenced} reads all rows of ${table} to find those that refer to the deleted row.`,
  }));
}

function findDuplicates(indexes: readonly IndexInfo[], repairs: RepairStatements): Finding[] {
  return indexes.flatMap((index) => {
    if (index.isUnique || index.isConstraint || !index.isValid) return [];
    const replacement = indexes.find((other) => other !== index && canReplace(other, index));
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

/** Of two equal indexes the unique one is kept, else the first by name. */
function canReplace(other: IndexInfo, index: IndexInfo): boolean {
  if (other.table !== index.table || other.condition !== index.condition || !other.isValid) return false;
  if (!index.key.every((part, at) => other.key[at] === part)) return false;
  const isSame = other.key.length === index.key.length;
  return !isSame || other.isUnique || other.isConstraint || other.name < index.name;
}

function findUnused({ indexes, tables, repairs, calls }: IndexFacts): Finding[] {
  const activity = new Map(tables.map((table) => [table.name, table.activity ?? calls]));
  return indexes
    .filter(({ scans, isUnique, isConstraint, isValid }) => scans === 0 && !isUnique && !isConstraint && isValid)
    .filter(({ bytes, table }) => (bytes ?? 0) >= minBytes && (activity.get(table) ?? 0) >= minActivity)
    .map(({ name: subject, table, bytes, definition }) => ({
      kind: 'unused-index' as const,
      severity: 'notice' as const,
      subject,
      explanation: `${formatMegabytes(bytes ?? 0)} on ${table} that no read has used since the statistics began. Wait a month, so that monthly reports are included. Keep it if it speeds up deletes from a referenced table.`,
      mend: `${repairs.dropIndex(subject)}\n-- to create it again: ${definition};`,
    }));
}

export const countAllCalls = (statements: Iterable<Parameters<typeof countCalls>[0]>): number =>
  [...statements].reduce((total, statement) => total + countCalls(statement), 0);
