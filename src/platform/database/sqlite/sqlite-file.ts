import { statSync } from 'node:fs';
import { Logger } from '@nestjs/common';

/** The open file is not the one its path names: what is written to it is gone with this process. */
export class FileGone extends Error {
  override name = 'FileGone';

  constructor(file: string) {
    super(`The database file ${file} was deleted or replaced while it was open`);
  }
}

/**
 * A file deleted under its connections goes on taking writes, and they vanish with the last of them. SQLite notices that in
 * rollback-journal mode only, not in WAL mode.
 */
export class OpenFile {
  private readonly log = new Logger('Database');
  private readonly opened: string | null;
  private isTold = false;

  constructor(private readonly file: string) {
    this.opened = identityOf(file);
  }

  /** A few microseconds: nothing beside the disk's part of a commit. @throws FileGone */
  require(): void {
    if (identityOf(this.file) === this.opened) {
      this.isTold = false;
      return;
    }
    const gone = new FileGone(this.file);
    if (!this.isTold)
      this.log.fatal(
        `${gone.message}. Writes are refused; put the file back, or stop this process and restore a backup`,
      );
    this.isTold = true;
    throw gone;
  }
}

function identityOf(file: string): string | null {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.dev}:${found.ino}` : null;
}
