/**
 * What this process writes is for its own account alone, 0600 and 0700: the database with its -wal and -shm, backups, dumps, keys.
 * For every file at once, also those that SQLite and pg_dump make.
 */
export function keepFilesPrivate(): void {
  process.umask(process.umask() | 0o077);
}
