import { formatMegabytes, quoteIfNeeded, type Finding } from '../../../platform/findings/finding';
import type { RepairStatements, StorageReport } from '../inspector';

const dayMs = 86_400_000;
const bytesPerMb = 1_048_576;

export interface Growth {
  bytesPerDay: number | null;
  /** The growth of each table in bytes per day. */
  tables: ReadonlyMap<string, number>;
  /** Days until the volume is full; null if the database does not grow or the free space is unknown. */
  daysToFull: number | null;
}

export function toGrowth({ freeBytes }: StorageReport, bytesPerDay: number | null, tables: Growth['tables']): Growth {
  const canBeComputed = freeBytes !== null && bytesPerDay !== null && bytesPerDay > 0;
  return { bytesPerDay, tables, daysToFull: canBeComputed ? freeBytes / bytesPerDay : null };
}

export function diagnoseStorage(storage: StorageReport, growth: Growth, repairs: RepairStatements): Finding[] {
  return [
    ...findFullDisk(growth, storage),
    ...findGrowingTables(storage, growth),
    ...findDeadRows(storage, repairs),
    ...findFileProblems(storage),
  ];
}

function findFullDisk({ daysToFull, bytesPerDay }: Growth, { freeBytes, tables }: StorageReport): Finding[] {
  if (daysToFull === null || daysToFull > 30) return [];
  // The tables are sorted by size.
  const [largestTable] = tables;
  return [
    {
      kind: 'disk-full-soon',
      severity: daysToFull < 7 ? 'critical' : 'warning',
      subject: 'volume',
      explanation: `${formatMegabytes(freeBytes!)} are free and the database grows by ${formatMegabytes(bytesPerDay!)} per day: the volume is full in ${Math.floor(daysToFull)} days.`,
      mend: largestTable ? toCountSql(largestTable.name) : 'SELECT 1;',
    },
  ];
}

function findGrowingTables({ tables }: StorageReport, growth: Growth): Finding[] {
  return tables.flatMap(({ name: subject, bytes, indexBytes }) => {
    const bytesPerDay = growth.tables.get(subject) ?? 0;
    const totalBytes = (bytes ?? 0) + (indexBytes ?? 0);
    if (bytesPerDay < bytesPerMb || bytesPerDay < totalBytes / 10) return [];
    const explanation = `It has ${formatMegabytes(totalBytes)} and grows by ${formatMegabytes(bytesPerDay)} per day.`;
    return [
      { kind: 'growing-table' as const, severity: 'notice' as const, subject, explanation, mend: toCountSql(subject) },
    ];
  });
}

/** The suggested statement only counts rows, because an operator must decide which rows may be deleted. */
const toCountSql = (table: string): string =>
  `SELECT count(*) FROM ${quoteIfNeeded(table)};  -- then decide how long its rows must be kept`;

function findDeadRows({ tables }: StorageReport, repairs: RepairStatements): Finding[] {
  return tables
    .filter(({ deadRows, rows }) => deadRows !== null && deadRows >= 1_000 && deadRows > rows / 5)
    .map(({ name: subject, deadRows, rows, vacuumedAt }) => ({
      kind: 'dead-rows' as const,
      severity: 'warning' as const,
      subject,
      mend: repairs.compact(subject),
      explanation: `${deadRows} dead rows and ${rows} live rows; ${toVacuumText(vacuumedAt)}.`,
    }));
}

function toVacuumText(vacuumedAt: Date | null): string {
  if (!vacuumedAt) return 'never vacuumed';
  const days = Math.round((Date.now() - vacuumedAt.getTime()) / dayMs);
  return `last vacuumed ${days} days ago`;
}

function findFileProblems({ file }: StorageReport): Finding[] {
  if (!file) return [];
  const { freePages, pages, pageBytes, logBytes } = file;
  const findings: Finding[] = [];
  if (freePages >= 1_000 && freePages > pages / 5)
    findings.push({
      kind: 'free-pages',
      severity: 'notice',
      subject: 'file',
      mend: 'VACUUM;',
      explanation: `${formatMegabytes(freePages * pageBytes)} of the file are unused. New rows use this space, but it is not returned to the disk.`,
    });
  if (logBytes > 16 * bytesPerMb)
    findings.push({
      kind: 'large-log',
      severity: 'warning',
      subject: 'write-ahead log',
      mend: 'PRAGMA wal_checkpoint(TRUNCATE);',
      explanation: `The write-ahead log holds ${formatMegabytes(logBytes)}, because a long read keeps SQLite from truncating it.`,
    });
  return findings;
}
