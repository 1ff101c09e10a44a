import { statSync } from 'node:fs';
import { Logger } from '@nestjs/common';

/** The file at the path is not the file that this process has open. Data written to the open file would be lost at the end of the process. */
export class FileReplaced extends Error {
  override name = 'FileReplaced';

  constructor(file: string) {
    super(`The database file ${file} was deleted or replaced while it was open`);
  }
}

/**
 * Detects that the open file was deleted or replaced. A deleted file still accepts writes, but they are lost when its last
 * connection closes. SQLite itself detects this only in rollback-journal mode, not in WAL mode.
 */
export class OpenFile {
  private readonly log = new Logger('Database');
  private readonly openedIdentity: string | null;
  private isLogged = false;

  constructor(private readonly file: string) {
    this.openedIdentity = identityOf(file);
  }

  /** Checks that the file is still the opened one. The check takes a few microseconds, much less than a commit. @throws FileReplaced */
  require(): void {
    if (identityOf(this.file) === this.openedIdentity) {
      this.isLogged = false;
      return;
    }
    const error = new FileReplaced(this.file);
    if (!this.isLogged)
      this.log.fatal(
        `${error.message}. Writes are refused. Put the file back, or stop this process and restore a backup.`,
      );
    this.isLogged = true;
    throw error;
  }
}

/** The device and inode number of a file; null if it does not exist. */
function identityOf(file: string): string | null {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats ? `${stats.dev}:${stats.ino}` : null;
}
