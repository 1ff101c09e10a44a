/**
 * Makes every new file readable only by the account of the process (0600 and 0700), because databases, backups, dumps and keys are
 * secret. The umask also covers files that SQLite and pg_dump create.
 */
export function keepFilesPrivate(): void {
  process.umask(process.umask() | 0o077);
}
