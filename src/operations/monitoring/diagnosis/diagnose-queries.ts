import { formatDuration, type Finding } from '../../../platform/findings/finding';
import type { Repetition, SlowQuery } from '../incidents';
import type { RepairStatements } from '../inspector';
import type { StatementScan } from '../queries/query-plans';
import { minOccurrences, verySlowMs } from './finding-thresholds';
import { isOwnRoute } from '../queries/statement';
import { findTableName } from './diagnose-connections';

/** Reports each slow statement once. The repair is an index if the plan of the statement lacks one. */
export function diagnoseSlowQueries(
  slowQueries: readonly SlowQuery[],
  scans: readonly StatementScan[],
  repairs: RepairStatements,
): Finding[] {
  const findings: Finding[] = [];
  for (const queries of groupByStatement(slowQueries)) {
    const [{ statement, route }] = queries as [SlowQuery];
    const maxDurationMs = Math.max(...queries.map(({ durationMs }) => durationMs));
    if (queries.length < minOccurrences && maxDurationMs < verySlowMs) continue;
    const countText = queries.length === 1 ? 'once' : `${queries.length} times`;
    const scan = scans.find((candidate) => candidate.statement.id === statement.id);
    findings.push({
      kind: 'slow-query',
      severity: 'warning',
      subject: route ?? 'outside of requests',
      explanation: `Slow ${countText}, at most ${formatDuration(maxDurationMs)}: ${statement.text}`,
      mend: scan ? repairs.createIndex(scan.table, scan.columns) : repairs.analyze(findTableName(statement.text)),
    });
  }
  return findings;
}

/** Groups slow queries by statement, without those of the monitoring itself. */
function groupByStatement(slowQueries: readonly SlowQuery[]): Iterable<SlowQuery[]> {
  const groups = new Map<string, SlowQuery[]>();
  for (const query of slowQueries) {
    if (isOwnRoute(query.route)) continue;
    const group = groups.get(query.statement.id);
    if (group) group.push(query);
    else groups.set(query.statement.id, [query]);
  }
  return groups.values();
}

export function diagnoseRepetitions(repetitions: Iterable<Repetition>): Finding[] {
  return [...repetitions]
    .filter(({ route }) => !isOwnRoute(route))
    .map(({ statement, route, maxCount, requestCount }) => ({
      kind: 'repeated-statement' as const,
      severity: 'warning' as const,
      subject: route,
      explanation: `Sent up to ${maxCount} times in one request, in ${requestCount} requests (N+1): ${statement.text}`,
      mend: toBatchSql(statement.text),
    }));
}

/** Matches a comparison with the first parameter. */
const keyComparison = /= ?\$1\b/;

/** Rewrites a statement for one key as a statement for many keys. */
function toBatchSql(sql: string): string {
  if (!keyComparison.test(sql)) return `-- send it once for the whole list:\n${sql};`;
  return `${sql.replace(keyComparison, 'IN ($1, $2, …)')};`;
}
