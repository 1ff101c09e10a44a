/** A backup that cannot be restored, or not here. */
export class BackupUnusable extends Error {
  override name = 'BackupUnusable';

  constructor(file: string, why: string) {
    super(`${file} ${why}`);
  }
}

/** What was to be backed up cannot be read any more. */
export class SourceDamaged extends Error {
  override name = 'SourceDamaged';

  constructor(file: string, reason: string) {
    super(
      `The database ${file} is damaged, and no backup was made of it: ${reason}\n` +
        'Stop the server, keep the file, and put the newest backup in place (restore FILE --replace); what is left in the damaged one: sqlite3 FILE .recover',
    );
  }
}

/** A file that is there already, or a database with rows: it stays as it is. */
export class WouldOverwrite extends Error {
  override name = 'WouldOverwrite';

  constructor(what: string, why: string) {
    super(`${what} ${why}`);
  }
}

/** A program of the server's own, of at least its version, is not installed. */
export class ToolMissing extends Error {
  override name = 'ToolMissing';

  constructor(tool: string, major: number, found: readonly string[]) {
    const there = found.length > 0 ? ` (found: ${found.join(', ')})` : '';
    super(
      `${tool} ${major} or newer is needed for this server${there}. On Debian and Ubuntu: apt-get install postgresql-client-${major}, ` +
        'from apt.postgresql.org where the distribution has an older one. Without it, db:move --to sqlite:FILE copies the database into a file',
    );
  }
}

export class ToolFailed extends Error {
  override name = 'ToolFailed';

  constructor(tool: string, told: string) {
    super(`${tool} failed:\n${told.trim()}`);
  }
}
