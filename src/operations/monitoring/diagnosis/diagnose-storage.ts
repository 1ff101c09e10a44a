import { formatMegabytes, quoteIfNeeded, type Finding } from '../../../platform/findings/finding';
import type { RepairStatements, StorageReport } from '../inspector';

const dayMs = 86_400_000;
const bytesPerMb = 1_048_576;

export interface Growth {
  bytesPerDay: number | null;
  tables: ReadonlyMap<string, number>;
  daysToFull: number | null;
}

export function toGrowth(storage: StorageReport, perDay: number | null, tables: Growth['tables']): Growth {
  const isFilling = storage.freeBytes !== null && perDay !== null && perDay > 0;
  return { bytesPerDay: perDay, tables, daysToFull: isFilling ? storage.freeBytes! / perDay : null };
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
  const [largest] = tables;
  return [
    {
      kind: 'disk-full-soon',
      severity: daysToFull < 7 ? 'critical' : 'warning',
      subject: 'volume',
      explanation: `${formatMegabytes(freeBytes!)} are free and the database grows by ${formatMegabytes(bytesPerDay!)} per day: the volume is full in ${Math.floor(daysToFull)} days.`,
      mend: largest ? toCountSql(largest.name) : 'SELECT 1;',
    },
  ];
}

function findGrowingTables({ tables }: StorageReport, growth: Growth): Finding[] {
  return tables.flatMap(({ name: subject, bytes, indexBytes }) => {
    const perDay = growth.tables.get(subject) ?? 0;
    const size = (bytes ?? 0) + (indexBytes ?? 0);
    if (perDay < bytesPerMb || perDay < size / 10) return [];
    const explanation = `It has ${formatMegabytes(size)} and grows by ${formatMegabytes(perDay)} per day.`;
    return [
      { kind: 'growing-table' as const, severity: 'notice' as const, subject, explanation, mend: toCountSql(subject) },
    ];
  });
}

/** Only counts rows, because an operator must decide which rows may be deleted. */
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

const toVacuumText = (at: Date | null): string =>
  at ? `last vacuumed ${Math.round((Date.now() - at.getTime()) / dayMs)} days ago` : 'never vacuumed';

function findFileProblems({ file }: StorageReport): Finding[] {
  if (!file) return [];
  const { freePages, pages, pageBytes, logBytes } = file;
  const found: Finding[] = [];
  if (freePages >= 1_000 && freePages > pages / 5)
    found.push({
      kind: 'free-pages',
      severity: 'notice',
      subject: 'file',
      mend: 'VACUUM;',
      explanation: `${formatMegabytes(freePages * pageBytes)} of the file are unused. New rows use this space, but it is not returned to the disk.`,
    });
  if (logBytes > 16 * bytesPerMb)
    found.push({
      kind: 'large-log',
      severity: 'warning',
      subject: 'write-ahead log',
      mend: 'PRAGMA wal_checkpoint(TRUNCATE);',
      explanation: `The write-ahead log holds ${formatMegabytes(logBytes)}, because a long read prevents that it is truncated.`,
    });
  return found;
}
