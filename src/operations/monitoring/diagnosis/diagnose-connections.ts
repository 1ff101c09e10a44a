import { formatDuration, type Finding } from '../../../platform/findings/finding';
import type { Failure, FailureKind } from '../incidents';
import type { ConnectionReport, LockPair, RepairStatements } from '../inspector';

export function diagnoseConnections(report: ConnectionReport, idleMs: number, repairs: RepairStatements): Finding[] {
  return [
    ...findNearLimit(report),
    ...findPoolWaiting(report),
    ...findIdleTransactions(report, idleMs, repairs),
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
  const resource = limit === null ? 'the writer of the file' : 'a connection of the pool';
  return [
    {
      kind: 'pool-waiting',
      severity: 'warning',
      subject: 'this process',
      explanation: `${pool.waiting} callers wait for ${resource}; the longest wait so far was ${formatDuration(pool.longestWaitMs)}.`,
      mend:
        limit === null
          ? '-- no SQL can fix this: shorten the slowest transaction'
          : 'SELECT pid, state, xact_start, query FROM pg_stat_activity WHERE xact_start IS NOT NULL ORDER BY xact_start;',
    },
  ];
}

function findIdleTransactions({ sessions }: ConnectionReport, idleMs: number, repairs: RepairStatements): Finding[] {
  return sessions
    .filter(({ state, stateMs }) => state.startsWith('idle in transaction') && stateMs >= idleMs)
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

/** @param deadlocks the number that the server counted within a day, including other processes */
export function diagnoseFailures(
  failures: readonly Failure[],
  deadlocks: number,
  repairs: RepairStatements,
): Finding[] {
  const own = failures.filter(({ kind }) => kind === 'deadlock');
  const found: Finding[] = [];
  const count = Math.max(deadlocks, own.length);
  if (count > 0) {
    const [last] = own;
    found.push({
      kind: 'deadlock',
      severity: 'warning',
      subject: last?.route ?? 'server',
      explanation: `${count} deadlocks within a day. Two transactions locked the same rows in opposite order${last ? `; the last one was aborted at: ${last.statement.text}` : ''}.`,
      mend: toOrderedLockSql(last?.statement.text),
    });
  }
  const timedOut = failures.filter(({ kind }) => timeoutKinds.includes(kind));
  if (timedOut[0])
    found.push({
      kind: 'timeout',
      severity: 'warning',
      subject: timedOut[0].route ?? 'this process',
      explanation: `${timedOut.length} statements timed out (${timedOut[0].kind}). The last one: ${timedOut[0].statement.text}`,
      mend: repairs.findBlockers,
    });
  return found;
}

export const tableNameIn = (sql: string): string | null =>
  /\b(?:UPDATE|FROM|INTO|JOIN)\s+"?(\w+)"?/i.exec(sql)?.[1] ?? null;

const toOrderedLockSql = (sql = ''): string =>
  `SELECT id FROM ${tableNameIn(sql) ?? 'the_table'} WHERE id IN ($1, $2) ORDER BY id FOR NO KEY UPDATE;  -- run this first in every transaction that writes several of these rows`;
