import { formatDuration, type Finding } from '../../../platform/findings/finding';
import type { Failure, FailureKind } from '../incidents';
import type { ConnectionReport, LockPair, RepairStatements } from '../inspector';

export function diagnoseConnections(report: ConnectionReport, maxIdleMs: number, repairs: RepairStatements): Finding[] {
  return [
    ...findNearLimit(report),
    ...findPoolWaiting(report),
    ...findIdleTransactions(report, maxIdleMs, repairs),
    ...findBusyFile(report, repairs),
    ...findWriteTimeouts(report, repairs),
  ];
}

function findNearLimit({ limit, used }: ConnectionReport): Finding[] {
  if (limit === null || used === null || used < limit * 0.8) return [];
  return [
    {
      kind: 'connections-near-limit',
      severity: used >= limit * 0.95 ? 'critical' : 'warning',
      subject: 'server',
      explanation: `${used} of ${limit} connections are in use. Use a pooler or reduce DATABASE_POOL_SIZE.`,
      mend: `SELECT application_name, state, count(*) FROM pg_stat_activity GROUP BY 1, 2 ORDER BY 3 DESC;`,
    },
  ];
}

function findPoolWaiting({ pool, limit }: ConnectionReport): Finding[] {
  if (pool.waiting === 0) return [];
  // Only a server has a connection limit.
  const isFile = limit === null;
  const resource = isFile ? 'the writer of the file' : 'a connection of the pool';
  return [
    {
      kind: 'pool-waiting',
      severity: 'warning',
      subject: 'this process',
      explanation: `${pool.waiting} callers wait for ${resource}; the longest wait so far was ${formatDuration(pool.longestWaitMs)}.`,
      mend: isFile
        ? '-- no SQL can fix this: shorten the slowest transaction'
        : 'SELECT pid, state, xact_start, query FROM pg_stat_activity WHERE xact_start IS NOT NULL ORDER BY xact_start;',
    },
  ];
}

function findIdleTransactions({ sessions }: ConnectionReport, maxIdleMs: number, repairs: RepairStatements): Finding[] {
  return sessions
    .filter(({ state, stateMs }) => state.startsWith('idle in transaction') && stateMs >= maxIdleMs)
    .map(({ pid, stateMs, application, statement }) => ({
      kind: 'idle-in-transaction' as const,
      severity: 'warning' as const,
      subject: `session ${pid}`,
      explanation: `${application || 'An unnamed application'} has held a transaction open without work for ${formatDuration(stateMs)}. It keeps its locks, and dead rows that it can see are not removed. Last statement: ${statement}`,
      mend: repairs.endSession(pid),
    }));
}

function findWriteTimeouts({ pool }: ConnectionReport, repairs: RepairStatements): Finding[] {
  if (pool.timeouts === 0) return [];
  const explanation = `${pool.timeouts} callers waited too long for the writer of the file and got a response with status 503.`;
  return [{ kind: 'timeout', severity: 'critical', subject: 'writer', explanation, mend: repairs.findBlockers }];
}

function findBusyFile({ pool }: ConnectionReport, repairs: RepairStatements): Finding[] {
  if (pool.busy === 0) return [];
  return [
    {
      kind: 'busy-file',
      severity: 'notice',
      subject: 'file',
      explanation: `Another process held the file ${pool.busy} times; the total wait was ${formatDuration(pool.busyMs)}.`,
      mend: repairs.findBlockers,
    },
  ];
}

export function diagnoseLocks(pairs: readonly LockPair[], repairs: RepairStatements): Finding[] {
  return pairs.map(({ pid, statement, waitedMs, blockerPid, blockerState, blockerApplication, blockerStatement }) => ({
    kind: 'blocked-writer' as const,
    severity: waitedMs > 10_000 ? ('critical' as const) : ('warning' as const),
    subject: `session ${pid}`,
    explanation: `It has waited ${formatDuration(waitedMs)} for ${blockerApplication || 'session'} ${blockerPid} (${blockerState}). Waiting: ${statement} Blocking: ${blockerStatement}`,
    mend: repairs.endSession(blockerPid),
  }));
}

const timeoutKinds: FailureKind[] = ['lock-timeout', 'statement-timeout', 'busy'];

/**
 * @param failures the newest first
 * @param serverDeadlockCount the deadlocks that the server counted within a day, including those of other processes
 */
export function diagnoseFailures(
  failures: readonly Failure[],
  serverDeadlockCount: number,
  repairs: RepairStatements,
): Finding[] {
  return [...findDeadlocks(failures, serverDeadlockCount), ...findTimeouts(failures, repairs)];
}

function findDeadlocks(failures: readonly Failure[], serverDeadlockCount: number): Finding[] {
  const ownDeadlocks = failures.filter(({ kind }) => kind === 'deadlock');
  const count = Math.max(serverDeadlockCount, ownDeadlocks.length);
  if (count === 0) return [];
  const [newest] = ownDeadlocks;
  const newestText = newest ? `; the last one was aborted at: ${newest.statement.text}` : '';
  return [
    {
      kind: 'deadlock',
      severity: 'warning',
      subject: newest?.route ?? 'server',
      explanation: `${count} deadlocks within a day. Two transactions locked the same rows in opposite order${newestText}.`,
      mend: toOrderedLockSql(newest?.statement.text),
    },
  ];
}

function findTimeouts(failures: readonly Failure[], repairs: RepairStatements): Finding[] {
  const timeouts = failures.filter(({ kind }) => timeoutKinds.includes(kind));
  const [newest] = timeouts;
  if (!newest) return [];
  return [
    {
      kind: 'timeout',
      severity: 'warning',
      subject: newest.route ?? 'this process',
      explanation: `${timeouts.length} statements timed out (${newest.kind}). The last one: ${newest.statement.text}`,
      mend: repairs.findBlockers,
    },
  ];
}

const firstTable = /\b(?:UPDATE|FROM|INTO|JOIN)\s+"?(\w+)"?/i;

/** Finds the first table that a statement names. */
export const findTableName = (sql: string): string | null => firstTable.exec(sql)?.[1] ?? null;

/** Writes a statement that locks rows in the order of their ids, because transactions with the same order cannot deadlock. */
function toOrderedLockSql(sql = ''): string {
  const table = findTableName(sql) ?? 'the_table';
  const advice = 'run this first in every transaction that writes several of these rows';
  return `SELECT id FROM ${table} WHERE id IN ($1, $2) ORDER BY id FOR NO KEY UPDATE;  -- ${advice}`;
}
