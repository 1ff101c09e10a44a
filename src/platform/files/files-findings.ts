import { Injectable } from '@nestjs/common';
import { int, text, type Row } from '../database/columns';
import { Database } from '../database/database';
import type { Finding } from '../findings/finding';
import { FindingSources, type FindingSource } from '../findings/finding-sources';
import { Metrics } from '../metrics/metrics';
import { Clock } from '../time/clock';
import { VirusScannerUnavailable } from './files.errors';
import { ResumableRows } from './resumable/resumable-rows';
import { fileStates } from './stored-file.entity';

/** The job runs twice an hour. */
const maxLateMs = 6 * 3_600_000;

/** A failure of the virus scanner is reported so long. */
const recentMs = 3_600_000;
const problemCounts = { missing: int, changed: int, strays: int, late: int, unscanned: int };

/** Reports files whose bytes are missing or changed, objects without a file, and files that are not removed in time. */
@Injectable()
export class FilesFindings implements FindingSource {
  constructor(
    sources: FindingSources,
    metrics: Metrics,
    private readonly database: Database,
    private readonly uploads: ResumableRows,
    private readonly clock: Clock,
  ) {
    sources.register(this);
    const counts = metrics.gauge('teoart_files', 'Stored files, by their state', ['state']);
    const bytes = metrics.gauge('teoart_file_bytes', 'Bytes that were received of the stored files', ['state']);
    metrics.onScrape(async () => {
      const found = new Map((await this.countByState()).map((row) => [row.state, row]));
      for (const state of fileStates) {
        counts.set({ state }, found.get(state)?.count ?? 0);
        bytes.set({ state }, found.get(state)?.bytes ?? 0);
      }
    });
  }

  async findings(): Promise<Finding[]> {
    const { missing, changed, strays, late, unscanned } = await this.countProblems();
    const findings: Finding[] = [];
    if (missing + changed > 0) findings.push(damaged(missing, changed));
    if (strays > 0) findings.push(stray(strays));
    if (late > 0) findings.push(notRemoved(late));
    const waiting = await this.uploads.countLate();
    if (waiting > 0) findings.push(notAssembled(waiting));
    if (unscanned > 0) findings.push(notScanned(unscanned));
    return findings;
  }

  private countByState(): Promise<{ state: string; count: number; bytes: number }[]> {
    const sql = `SELECT state, count(*) AS count, COALESCE(SUM(size_bytes), 0) AS bytes FROM platform_storedfile GROUP BY state`;
    return this.database.rows({ state: text, count: int, bytes: int }, sql);
  }

  private async countProblems(): Promise<Row<typeof problemCounts>> {
    const now = this.clock.now().getTime();
    const counted = await this.database.row(
      problemCounts,
      `SELECT (SELECT count(*) FROM platform_storedfile WHERE problem <> '' AND problem = 'missing') AS missing,
         (SELECT count(*) FROM platform_storedfile WHERE problem <> '' AND problem = 'changed') AS changed,
         (SELECT count(*) FROM platform_strayobject) AS strays,
         (SELECT count(*) FROM platform_storedfile WHERE expires_at < $1) AS late,
         (SELECT count(*) FROM platform_storedfile
          WHERE expires_at IS NOT NULL AND rejection = $2 AND created_at > $3) AS unscanned`,
      [new Date(now - maxLateMs), VirusScannerUnavailable.code, new Date(now - recentMs)],
    );
    return counted!;
  }
}

const damaged = (missing: number, changed: number): Finding => ({
  kind: 'damaged-files',
  severity: 'critical',
  subject: 'platform_storedfile',
  explanation: `The store of files has lost the bytes of ${missing} files, and has other bytes of ${changed} files.`,
  mend: `-- SELECT id, object_key, problem FROM platform_storedfile WHERE problem <> ''; bring the objects back from a backup of the store`,
});

const stray = (count: number): Finding => ({
  kind: 'stray-objects',
  severity: 'notice',
  subject: 'platform_strayobject',
  explanation: `The store of files has ${count} objects that belong to no file of this school. If the database is older than the store, or two schools use one store, they may be needed.`,
  mend: '-- SELECT object_key, size_bytes, found_at FROM platform_strayobject; remove from the store what you do not need',
});

const notRemoved = (count: number): Finding => ({
  kind: 'late-file-removal',
  severity: 'warning',
  subject: 'files:tidy',
  explanation: `${count} files should have been removed hours ago. Check the store, and that a process runs with WORKER=on.`,
  mend: '-- node dist/src/cli.js job files:tidy',
});

const notScanned = (count: number): Finding => ({
  kind: 'virus-scanner-away',
  severity: 'critical',
  subject: 'CLAMD_URL',
  explanation: `The virus scanner gave no answer about ${count} files in the last hour, so people could not upload them.`,
  mend: '-- Start clamd, check CLAMD_URL, and raise StreamMaxLength of clamd above the largest file. The log has the reasons.',
});

const notAssembled = (count: number): Finding => ({
  kind: 'late-large-files',
  severity: 'warning',
  subject: 'files:assemble',
  explanation: `${count} large files have arrived more than an hour ago and cannot be used yet. Check the store, the virus scanner, and that a process runs with WORKER=on.`,
  mend: '-- node dist/src/cli.js job files:assemble',
});
