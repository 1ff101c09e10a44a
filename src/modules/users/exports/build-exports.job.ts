import { Injectable, Logger } from '@nestjs/common';
import { errorLine } from '../../../platform/errors/loggable-error';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { ExportBuilder } from './export-builder';

@Injectable()
@Job({ name: 'users:build-exports', cron: '* * * * *', summary: 'Builds the exports that people asked for' })
export class BuildExports implements RunnableJob {
  private readonly log = new Logger('Exports');

  constructor(private readonly builder: ExportBuilder) {}

  /** An export that cannot be built waits for the next run and does not hold up the others. */
  async run(): Promise<JobReport | null> {
    const waiting = await this.builder.listWaiting();
    if (waiting.length === 0) return null;
    const counts = { waiting: 0, ready: 0, failed: 0 };
    let firstError: unknown;
    for (const request of waiting)
      try {
        counts[await this.builder.build(request)]++;
      } catch (error) {
        firstError ??= error;
        this.log.error(`Export ${request.id} could not be built: ${errorLine(error)}`);
      }
    if (firstError) throw firstError;
    return { ready: counts.ready, failed: counts.failed };
  }
}
