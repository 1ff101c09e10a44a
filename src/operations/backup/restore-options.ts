export interface RestoreOptions {
  file: string;
  url: string;
  /** A database with rows is replaced. */
  replace: boolean;
  /** Starts the application on what was restored, before it takes its place; gives a line to print. */
  auditCopy: (url: string) => Promise<string>;
}
