import { statSync } from 'node:fs';
import { Logger } from '@nestjs/common';

/** The file at the path is not the file that is open. Data written to the open one would be lost when this process ends. */
export class FileReplaced extends Error {
  override name = 'FileReplaced';

  constructor(file: string) {
    super(`The database file ${file} was deleted or replaced while it was open`);
  }
}

/**
 * Detects that the open file was deleted or replaced. Such a file still accepts writes, and they are lost when its last
 * connection closes. SQLite detects this only in rollback-journal mode, not in WAL mode.
 */
export class OpenFile {
  private readonly log = new Logger('Database');
  private readonly openedIdentity: string | null;
  private isLogged = false;

  constructor(private readonly file: string) {
    this.openedIdentity = identityOf(file);
  }

  /** This check takes a few microseconds, which is little compared to the disk write of a commit. @throws FileReplaced */
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

function identityOf(file: string): string | null {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.dev}:${found.ino}` : null;
}
