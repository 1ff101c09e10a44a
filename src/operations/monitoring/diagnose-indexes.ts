import { fewTimes } from './finding-thresholds';
import { megabytes, type Finding } from '../../platform/findings/finding';
import type { ForeignKeySeen, IndexSeen, MendWords, TableSeen } from './inspector';
import { callsOf, timeOf, type Scan } from './query-plans';
import { isOwn } from './statement';

/** Below these a table is read from end to end faster than any index. */
const fewRows = 1_000;
const smallBytes = 65_536;
const littleActivity = 1_000;

export interface IndexFacts {
  indexes: readonly IndexSeen[];
  foreignKeys: readonly ForeignKeySeen[];
  tables: readonly TableSeen[];
  scans: readonly Scan[];
  words: MendWords;
  /** Statements this process has seen: without many, an index no plan uses says nothing. */
  calls: number;
}

export function diagnoseIndexes(facts: IndexFacts): Finding[] {
  const { indexes, words } = facts;
  const duplicates = duplicated(indexes, words);
  const doubled = new Set(duplicates.map(({ subject }) => subject));
  return [
    ...invalid(indexes, words),
    ...missing(facts),
    ...foreignKeys(facts),
    ...duplicates,
    ...unused(facts).filter(({ subject }) => !doubled.has(subject)),
  ];
}

function invalid(indexes: readonly IndexSeen[], words: MendWords): Finding[] {
  return indexes
    .filter(({ isValid }) => !isValid)
    .map(({ name: subject, table }) => ({
      ...({ kind: 'invalid-index', severity: 'warning', subject, mend: words.rebuildIndex(subject) } as const),
      explanation: `The index on ${table} was not built to its end: every write keeps it, no read uses it.`,
    }));
}

function missing({ scans, tables, words }: IndexFacts): Finding[] {
  const rows = new Map(tables.map((table) => [table.name, table.rows]));
  const found = new Map<string, Finding>();
  for (const { table, columns, statement, calls } of scans) {
    const count = rows.get(table) ?? 0;
    const key = `${table} (${columns.join(', ')})`;
    if (count < fewRows || found.has(key) || calls < fewTimes || isOwn(statement)) continue;
    const cost = `${calls} calls, ${Math.round(timeOf(statement))} ms in all`;
    found.set(key, {
      ...{ kind: 'missing-index', severity: 'warning', subject: key, mend: words.createIndex(table, columns) },
      explanation: `About ${count} rows are read to find a few (${cost}): ${statement.text}`,
    });
  }
  return [...found.values()];
}

function foreignKeys({ foreignKeys: keys, tables, words }: IndexFacts): Finding[] {
  const rows = new Map(tables.map((table) => [table.name, table.rows]));
  return keys.map(({ name: subject, table, columns, referenced }) => ({
    ...({ kind: 'foreign-key-without-index', subject, mend: words.createIndex(table, columns) } as const),
    severity: (rows.get(table) ?? 0) < fewRows ? 'notice' : 'warning',
    explanation: `To delete a row of ${referenced}, all of ${table} is read for rows that refer to it.`,
  }));
}

function duplicated(indexes: readonly IndexSeen[], words: MendWords): Finding[] {
  return indexes.flatMap((index) => {
    if (index.isUnique || index.isConstraint || !index.isValid) return [];
    const better = indexes.find((other) => other !== index && covers(other, index));
    if (!better) return [];
    const explanation = `${better.name} on ${better.table} (${better.columns.join(', ')}) serves whatever it serves.`;
    return [
      {
        ...({ kind: 'duplicate-index', severity: 'warning', subject: index.name, explanation } as const),
        mend: words.dropIndex(index.name),
      },
    ];
  });
}

/** Of two that are the same, the one that is kept is the unique one, else the first by name. */
function covers(other: IndexSeen, index: IndexSeen): boolean {
  if (other.table !== index.table || other.condition !== index.condition || !other.isValid) return false;
  if (!index.key.every((part, at) => other.key[at] === part)) return false;
  const isSame = other.key.length === index.key.length;
  return !isSame || other.isUnique || other.isConstraint || other.name < index.name;
}

function unused({ indexes, tables, words, calls }: IndexFacts): Finding[] {
  const activity = new Map(tables.map((table) => [table.name, table.activity ?? calls]));
  return indexes
    .filter(({ scans, isUnique, isConstraint, isValid }) => scans === 0 && !isUnique && !isConstraint && isValid)
    .filter(({ bytes, table }) => (bytes ?? 0) >= smallBytes && (activity.get(table) ?? 0) >= littleActivity)
    .map(({ name: subject, table, bytes, definition }) => ({
      ...({ kind: 'unused-index', severity: 'notice', subject } as const),
      explanation: `${megabytes(bytes ?? 0)} on ${table} that no read has used since the statistics began. Wait for a month with its reports; keep it where it serves deletes of a row others refer to.`,
      mend: `${words.dropIndex(subject)}\n-- back again: ${definition};`,
    }));
}

export const statementCalls = (statements: Iterable<Parameters<typeof callsOf>[0]>): number =>
  [...statements].reduce((total, statement) => total + callsOf(statement), 0);
