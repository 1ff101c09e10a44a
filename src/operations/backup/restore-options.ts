import type { FileStore } from '../../platform/files/store/file-store';

export interface RestoreOptions {
  file: string;
  url: string;
  /** Whether a database that has rows may be replaced. */
  replace: boolean;
  /** The files of the school. Null leaves them as they are. */
  store?: FileStore | null;
  /** Whether the bytes of all files are read and compared. */
  checkFiles?: boolean;
  /** Starts the application on the restored copy and audits it, before the copy replaces the target. Returns lines to print. */
  auditCopy: (url: string) => Promise<string>;
}
