import { megabytes, name, type Finding } from '../../platform/findings/finding';
import type { RepairStatements, StorageReport } from './inspector';

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

function findFullDisk({ daysToFull, bytesPerDay: perDay }: Growth, { freeBytes, tables }: StorageReport): Finding[] {
  if (daysToFull === null || daysToFull > 30) return [];
  const [largest] = tables;
  return [
    {
      ...{ kind: 'disk-full-soon', severity: daysToFull < 7 ? 'critical' : 'warning', subject: 'volume' },
      explanation: `${megabytes(freeBytes!)} are left and ${megabytes(perDay!)} a day are written: full in ${Math.floor(daysToFull)} days.`,
      mend: largest ? toCountSql(largest.name) : 'SELECT 1;',
    },
  ];
}

function findGrowingTables({ tables }: StorageReport, growth: Growth): Finding[] {
  return tables.flatMap(({ name: subject, bytes, indexBytes }) => {
    const perDay = growth.tables.get(subject) ?? 0;
    const size = (bytes ?? 0) + (indexBytes ?? 0);
    if (perDay < bytesPerMb || perDay < size / 10) return [];
    const explanation = `It holds ${megabytes(size)} and grows by ${megabytes(perDay)} a day.`;
    return [
      { ...({ kind: 'growing-table', severity: 'notice', subject, explanation } as const), mend: toCountSql(subject) },
    ];
  });
}

/** What grows is a question before it is a deletion. */
const toCountSql = (table: string): string =>
  `SELECT count(*) FROM ${name(table)};  -- then decide how long its rows are kept`;

function findDeadRows({ tables }: StorageReport, repairs: RepairStatements): Finding[] {
  return tables
    .filter(({ deadRows, rows }) => deadRows !== null && deadRows >= 1_000 && deadRows > rows / 5)
    .map(({ name: subject, deadRows, rows, vacuumedAt }) => ({
      ...({ kind: 'dead-rows', severity: 'warning', subject, mend: repairs.compact(subject) } as const),
      explanation: `${deadRows} dead rows beside ${rows} live ones; ${toVacuumText(vacuumedAt)}.`,
    }));
}

const toVacuumText = (at: Date | null): string =>
  at ? `last cleaned ${Math.round((Date.now() - at.getTime()) / dayMs)} days ago` : 'never cleaned yet';

function findFileProblems({ file }: StorageReport): Finding[] {
  if (!file) return [];
  const { freePages, pages, pageBytes, logBytes } = file;
  const found: Finding[] = [];
  if (freePages >= 1_000 && freePages > pages / 5)
    found.push({
      ...{ kind: 'free-pages', severity: 'notice', subject: 'file', mend: 'VACUUM;' },
      explanation: `${megabytes(freePages * pageBytes)} of the file are empty: new rows use them, the disk does not get them back.`,
    });
  if (logBytes > 16 * bytesPerMb)
    found.push({
      ...{
        kind: 'large-log',
        severity: 'warning',
        subject: 'write-ahead log',
        mend: 'PRAGMA wal_checkpoint(TRUNCATE);',
      },
      explanation: `The write-ahead log holds ${megabytes(logBytes)}: somebody reads for so long that it cannot be emptied.`,
    });
  return found;
}
