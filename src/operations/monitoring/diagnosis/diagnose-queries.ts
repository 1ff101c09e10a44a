import { formatDuration, type Finding } from '../../../platform/findings/finding';
import type { Repetition, SlowQuery } from '../incidents';
import type { RepairStatements } from '../inspector';
import type { StatementScan } from '../queries/query-plans';
import { minOccurrences, verySlowMs } from './finding-thresholds';
import { isOwnRoute } from '../queries/statement';
import { tableNameIn } from './diagnose-connections';

/** Reports each slow statement once, with an index if its plan lacks one. */
export function diagnoseSlowQueries(
  slow: readonly SlowQuery[],
  scans: readonly StatementScan[],
  repairs: RepairStatements,
): Finding[] {
  const groups = new Map<string, SlowQuery[]>();
  for (const query of slow.filter(({ route }) => !isOwnRoute(route)))
    groups.set(query.statement.id, [...(groups.get(query.statement.id) ?? []), query]);
  const reported = [...groups.values()].filter(
    (queries) => queries.length >= minOccurrences || queries.some(({ durationMs }) => durationMs >= verySlowMs),
  );
  return reported.map((queries) => {
    const [{ statement, route }] = queries as [SlowQuery];
    const scan = scans.find((each) => each.statement.id === statement.id);
    const longest = Math.max(...queries.map(({ durationMs }) => durationMs));
    return {
      kind: 'slow-query' as const,
      severity: 'warning' as const,
      subject: route ?? 'outside of requests',
      explanation: `Slow ${queries.length === 1 ? 'once' : `${queries.length} times`}, at most ${formatDuration(longest)}: ${statement.text}`,
      mend: scan ? repairs.createIndex(scan.table, scan.columns) : repairs.analyze(tableNameIn(statement.text)),
    };
  });
}

export function diagnoseRepetitions(repetitions: Iterable<Repetition>): Finding[] {
  return [...repetitions]
    .filter(({ route }) => !isOwnRoute(route))
    .map(({ statement, route, maxCount: most, requestCount: requests }) => ({
      kind: 'repeated-statement' as const,
      severity: 'warning' as const,
      subject: route,
      explanation: `Sent up to ${most} times in one request, in ${requests} requests (N+1): ${statement.text}`,
      mend: toBatchSql(statement.text),
    }));
}

/** The statement for many keys at once. */
const toBatchSql = (sql: string): string =>
  /= ?\$1\b/.test(sql)
    ? `${sql.replace(/= ?\$1\b/, 'IN ($1, $2, …)')};`
    : `-- send it once for the whole list:\n${sql};`;
