import path from 'node:path';
import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../../platform/config/config';
import { Job, type JobReport, type RunnableJob } from '../../platform/jobs/job';
import { FileStore } from '../../platform/files/store/file-store';
import { Clock } from '../../platform/time/clock';
import type * as Backup from './backup';
import { removeOldBackups } from './retention';

@Injectable()
@Job({
  name: 'platform:backup',
  cron: '20 2 * * *',
  needs: 'BACKUP_FOLDER',
  summary: 'Back up the database into BACKUP_FOLDER, if this setting is not empty',
})
export class BackUp implements RunnableJob {
  private readonly log = new Logger('Backup');

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly store: FileStore,
  ) {}

  isWanted(): boolean {
    return this.config.settings.BACKUP_FOLDER !== '';
  }

  async run(): Promise<JobReport> {
    // Loaded when the job runs, because the file needs the drivers of both engines.
    const { backup, backupName } = require('./backup') as typeof Backup;
    const { BACKUP_FOLDER: folder, BACKUP_KEEP: keptCount } = this.config.settings;
    const { directUrl } = this.config;
    const now = this.clock.now();
    const file = path.join(folder, backupName(directUrl, now));
    const { bytes, sha256, stored } = await backup(directUrl, file, now, this.store);
    // Old backups are removed only after the new one is complete.
    const removed = removeOldBackups(folder, keptCount);
    if (stored?.isComplete === false) this.log.error(`The backup ${file} lacks files. ${stored.lines.join('; ')}`);
    const lacking = stored ? stored.missing + stored.changed : 0;
    return { file, bytes, sha256, removed, files: stored?.copied ?? 0, lacking };
  }
}
