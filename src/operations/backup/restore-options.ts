export interface RestoreOptions {
  file: string;
  url: string;
  /** Replaces a database that has rows. */
  replace: boolean;
  /** Starts the application on the restored copy before it replaces the target. Returns lines to print. */
  auditCopy: (url: string) => Promise<string>;
}
