import type { INestApplicationContext } from '@nestjs/common';
import { InvalidArgumentError, type Command } from 'commander';
import type { FileStore } from '../files/store/file-store';
import type { MigrationClass } from '../process/extension';

/** The services that commands use. A service is loaded, and a database is opened, only when a command calls it. */
export interface Program {
  /** Calls `work` with the application (without its routes) on the configured database, and closes the application afterwards. */
  inApplication: <T>(work: (context: INestApplicationContext) => Promise<T>) => Promise<T>;
  /** Returns the address of the database without a pooler, because dumps, restores and plans need a separate session. */
  directUrl: () => Promise<string>;
  /** Opens the store of the uploaded files. */
  fileStore: () => Promise<FileStore>;
  /** The migrations of the application and its extensions. */
  migrations: () => Promise<readonly MigrationClass[]>;
  /** Starts the application on a finished copy of the database and runs the checks of its modules. Returns lines to print. */
  auditCopy: (url: string) => Promise<string>;
  /** Does the same on a restored database, whose data is older than that of the configured one. */
  auditRestored: (url: string) => Promise<string>;
  /** Returns queries, by name, whose results must be equal in a database and its copy. Each returns one number as text. */
  sums: () => Promise<Record<string, string>>;
  /** Returns the text of the OpenAPI document. */
  document: () => Promise<string>;
}

/**
 * Makes a command of the command line. Each command has a file `<name>.command.ts`, which has only names and texts, because every
 * start of the command line loads the files of all commands. The code that does the work is imported when the command runs.
 */
export type MakeCommand = (program: Program) => Command;

/** Prints the result of a command. Nothing else is written to standard output. */
export const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Prints a status line to standard error. */
export const printStatus = (line: string): void => void process.stderr.write(`${line}\n`);

/** Returns a parser for options that take a whole number up to `max`. */
export function parseWholeNumber(max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    if (/^\d+$/.test(text) && Number(text) <= max) return Number(text);
    throw new InvalidArgumentError(
      max < Number.MAX_SAFE_INTEGER ? `Must be a whole number up to ${max}.` : 'Must be a whole number.',
    );
  };
}

/** Parses an option that may be used several times. */
export const collectOption = (value: string, previous: readonly string[] = []): string[] => [...previous, value];

/** Parses an option of the form `NAME=VALUE` that may be used several times. */
export function collectNameValue(text: string, previous: ReadonlyMap<string, string> = new Map()): Map<string, string> {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name && value) return new Map([...previous, [name, value]]);
  throw new InvalidArgumentError('Must have the form NAME=VALUE.');
}
