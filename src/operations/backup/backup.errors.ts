/** The backup cannot be restored, or not to this database. */
export class BackupUnusable extends Error {
  override name = 'BackupUnusable';

  constructor(file: string, reason: string) {
    super(`${file} ${reason}`);
  }
}

/** The database is damaged, so it cannot be backed up. */
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

  constructor(tool: string, major: number, found: readonly string[]) {
    const foundText = found.length > 0 ? ` (found: ${found.join(', ')})` : '';
    super(
      `${tool} ${major} or newer is needed for this server${foundText}. On Debian and Ubuntu: apt-get install postgresql-client-${major}, ` +
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
