/** Thrown if a backup cannot be restored at all, or cannot be restored to this database. */
export class BackupUnusable extends Error {
  override name = 'BackupUnusable';

  constructor(file: string, reason: string) {
    super(`${file} ${reason}`);
  }
}

/** Thrown if the database is damaged, because a backup of it would be damaged too. */
export class SourceDamaged extends Error {
  override name = 'SourceDamaged';

  constructor(file: string, reason: string) {
    super(
      `The database ${file} is damaged, and no backup was made of it: ${reason}\n` +
        'Stop the server, keep the damaged file, and restore the newest backup (restore FILE --replace). `sqlite3 FILE .recover` extracts what can still be read from the damaged file',
    );
  }
}

/** The operation would overwrite an existing file or a database that is in use or has rows. Nothing was changed. */
export class WouldOverwrite extends Error {
  override name = 'WouldOverwrite';

  constructor(target: string, reason: string) {
    super(`${target} ${reason}`);
  }
}

/** A PostgreSQL tool of at least the version of the server is not installed. */
export class ToolMissing extends Error {
  override name = 'ToolMissing';

  /** @param installed commands with their versions, all of them too old */
  constructor(tool: string, majorVersion: number, installed: readonly string[]) {
    const installedText = installed.length > 0 ? ` (found: ${installed.join(', ')})` : '';
    super(
      `${tool} ${majorVersion} or newer is needed for this server${installedText}. On Debian and Ubuntu: apt-get install postgresql-client-${majorVersion}, ` +
        'from apt.postgresql.org if the distribution has only an older one. Without the tool, db:move --to sqlite:FILE copies the database into a file',
    );
  }
}

export class ToolFailed extends Error {
  override name = 'ToolFailed';

  constructor(tool: string, output: string) {
    super(`${tool} failed:\n${output.trim()}`);
  }
}
