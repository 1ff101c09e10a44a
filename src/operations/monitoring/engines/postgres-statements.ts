/** The sessions of this database, including the one that runs this query. */
export const sessionsSql = `
SELECT pid, coalesce(state, 'hidden') AS state, coalesce(application_name, '') AS application,
  coalesce(extract(epoch FROM clock_timestamp() - state_change) * 1000, 0) AS "stateMs",
  coalesce(extract(epoch FROM clock_timestamp() - xact_start) * 1000, 0) AS "transactionMs",
  left(coalesce(query, ''), 2000) AS statement
FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'
ORDER BY xact_start NULLS LAST, state_change`;

export const connectionLimitSql = `
SELECT CAST(current_setting('max_connections') AS int) AS "limit",
  (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used`;

/** `key` lists the column, operator class, collation and order of each key column. Two indexes with equal keys serve the same queries. */
export const indexesSql = `
SELECT c.relname AS name, t.relname AS "table", i.indisunique AS "isUnique", i.indisvalid AND i.indisready AS "isValid",
  EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')) AS "isConstraint",
  coalesce(s.idx_scan, 0) AS scans, pg_relation_size(c.oid) AS bytes, pg_get_indexdef(c.oid) AS definition,
  parts.columns, parts.key, m.amname || ' ' || coalesce(pg_get_expr(i.indpred, i.indrelid), '') AS condition
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_am m ON m.oid = c.relam
LEFT JOIN pg_stat_user_indexes s ON s.indexrelid = c.oid
CROSS JOIN LATERAL (
  SELECT json_agg(pg_get_indexdef(c.oid, n, true) ORDER BY n) AS columns,
    json_agg(concat_ws(' ', pg_get_indexdef(c.oid, n, true), i.indclass[n - 1], i.indcollation[n - 1],
      i.indoption[n - 1]) ORDER BY n) AS key
  FROM generate_series(1, CAST(i.indnkeyatts AS int)) AS n) AS parts
WHERE t.relnamespace = CAST(current_schema() AS regnamespace) AND t.relkind IN ('r', 'p')
ORDER BY t.relname, c.relname`;

/**
 * An index serves a foreign key if it begins with the columns of the key in any order. A partial index serves it only if its
 * condition is `column IS NOT NULL`, because null refers to nothing.
 */
export const foreignKeysWithoutIndexSql = `
SELECT f.conname AS name, t.relname AS "table", r.relname AS referenced,
  (SELECT json_agg(a.attname ORDER BY p.n) FROM unnest(f.conkey) WITH ORDINALITY AS p (number, n)
   JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = p.number) AS columns
FROM pg_constraint f
JOIN pg_class t ON t.oid = f.conrelid
JOIN pg_class r ON r.oid = f.confrelid
WHERE f.contype = 'f' AND t.relnamespace = CAST(current_schema() AS regnamespace)
  AND NOT EXISTS (
    SELECT 1 FROM pg_index i WHERE i.indrelid = f.conrelid AND i.indisvalid
      AND (CAST(i.indkey AS int2[]))[0:cardinality(f.conkey) - 1] @> f.conkey
      AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) ~ '^\\(\\w+ IS NOT NULL\\)$'))
ORDER BY t.relname, f.conname`;

export const tablesSql = `
SELECT c.relname AS name, CAST(greatest(c.reltuples, s.n_live_tup, 0) AS bigint) AS rows,
  pg_table_size(c.oid) AS bytes, pg_indexes_size(c.oid) AS "indexBytes", coalesce(s.n_dead_tup, 0) AS "deadRows",
  greatest(s.last_vacuum, s.last_autovacuum) AS "vacuumedAt",
  coalesce(s.seq_scan, 0) + coalesce(s.idx_scan, 0) + coalesce(s.n_tup_ins, 0) + coalesce(s.n_tup_upd, 0)
    + coalesce(s.n_tup_del, 0) AS activity
FROM pg_class c LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
WHERE c.relnamespace = CAST(current_schema() AS regnamespace) AND c.relkind IN ('r', 'p', 'm')
ORDER BY pg_total_relation_size(c.oid) DESC LIMIT 500`;

/** Pairs of a session that waits for a lock and a session that blocks it, the longest wait first. */
export const lockPairsSql = `
SELECT w.pid, left(coalesce(w.query, ''), 2000) AS statement,
  extract(epoch FROM clock_timestamp() - coalesce(
    (SELECT min(l.waitstart) FROM pg_locks l WHERE l.pid = w.pid AND NOT l.granted), w.state_change)) * 1000 AS "waitedMs",
  b.pid AS "blockerPid", coalesce(b.state, 'hidden') AS "blockerState", left(coalesce(b.query, ''), 2000) AS "blockerStatement",
  coalesce(b.application_name, '') AS "blockerApplication"
FROM pg_stat_activity w
CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS blocking (pid)
JOIN pg_stat_activity b ON b.pid = blocking.pid
WHERE w.datname = current_database() AND w.wait_event_type = 'Lock'
ORDER BY 3 DESC LIMIT 100`;

/** Finds the schema of the extension pg_stat_statements. Returns no row if the extension is not installed. */
export const statementsExtensionSql = `
SELECT quote_ident(n.nspname) AS place FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname = 'pg_stat_statements'`;

/** @param schema the quoted schema of the extension */
export const toServerStatementsSql = (schema: string): string => `
SELECT query, calls, total_exec_time AS "totalMs", rows FROM ${schema}.pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND calls > 0
ORDER BY total_exec_time DESC LIMIT 1000`;
