export interface RestoreOptions {
  file: string;
  url: string;
  /** Whether a database that has rows may be replaced. */
  replace: boolean;
  /** Starts the application on the restored copy and audits it, before the copy replaces the target. Returns lines to print. */
  auditCopy: (url: string) => Promise<string>;
}
