import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { int, type Row } from '../../platform/database/columns';
import { Database } from '../../platform/database/database';
import { columnsOf } from '../../platform/database/entity-columns';
import { tuplesSql } from '../../platform/database/insert-rows';
import { keyset } from '../../platform/http/cursor';
import { toPage, type Page } from '../../platform/http/pagination';
import { JobRun } from '../../platform/jobs/job-run.entity';

const runColumns = columnsOf(JobRun);
const { shape } = runColumns;
export type Run = Row<typeof shape>;

const columnsSql = runColumns.columns();
const newestFirst = keyset('job-runs:newest', [z.iso.datetime(), z.int()]);
/** The position before the newest run, where the first page begins. */
const firstPosition = ['9999-12-31T00:00:00.000Z', Number.MAX_SAFE_INTEGER] as const;

interface PageRequest {
  limit: number;
  cursor?: string | undefined;
  withTotal: boolean;
  status?: Run['outcome'] | undefined;
}

/** Reads the records of job runs. */
@Injectable()
export class JobHistory {
  constructor(private readonly database: Database) {}

  /** Finds the last run of each job. The subquery reads one index entry for each job, and not all runs of a month. */
  async findLastRuns(jobs: readonly string[]): Promise<Map<string, Run>> {
    const runs = await this.database.rows(
      shape,
      `WITH wanted (name) AS (VALUES ${tuplesSql(jobs.length, 1)})
       SELECT ${columnsSql} FROM platform_job_run WHERE id IN (
         SELECT (SELECT last.id FROM platform_job_run last WHERE last.job = wanted.name
                 ORDER BY last.started_at DESC, last.id DESC LIMIT 1) FROM wanted)`,
      jobs,
    );
    return new Map(runs.map((run) => [run.job, run]));
  }

  async findRun(job: string, id: number): Promise<Run | undefined> {
    const sql = `SELECT ${columnsSql} FROM platform_job_run WHERE job = $1 AND id = $2`;
    return this.database.row(shape, sql, [job, id]);
  }

  async list<T>(
    job: string,
    { limit, cursor, withTotal, status }: PageRequest,
    show: (run: Run) => T,
  ): Promise<Page<T>> {
    const [startedAt, id] = newestFirst.read(cursor) ?? firstPosition;
    const rows = await this.database.rows(
      shape,
      `SELECT ${columnsSql} FROM platform_job_run
       WHERE job = $1 AND ($2 = '' OR outcome = $2) AND (started_at, id) < ($3, $4)
       ORDER BY started_at DESC, id DESC LIMIT $5`,
      [job, status ?? '', new Date(startedAt), id, limit + 1],
    );
    const total = withTotal ? await this.count(job, status ?? '') : undefined;
    const toCursor = (run: Run): string => newestFirst.after(run.startedAt.toISOString(), run.id);
    return toPage(rows, limit, toCursor, show, total);
  }

  private async count(job: string, status: string): Promise<number> {
    const sql = `SELECT count(*) AS count FROM platform_job_run WHERE job = $1 AND ($2 = '' OR outcome = $2)`;
    const row = await this.database.row({ count: int }, sql, [job, status]);
    return row!.count;
  }
}
