/**
 * Makes every new file (0600) and folder (0700) readable only by the account of the process, because databases, backups, dumps and
 * keys are secret. The umask also applies to the files that SQLite and pg_dump create.
 */
export function keepFilesPrivate(): void {
  process.umask(process.umask() | 0o077);
}
