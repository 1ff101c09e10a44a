import type { INestApplicationContext } from '@nestjs/common';
import { InvalidArgumentError, type Command } from 'commander';
import type { MigrationClass } from '../process/extension';

/** The services that commands use. A service is loaded, and a database is opened, only when a command calls it. */
export interface Program {
  /** Calls `work` with the application (without its routes) on the configured database, and closes the application afterwards. */
  inApplication: <T>(work: (context: INestApplicationContext) => Promise<T>) => Promise<T>;
  /** The address of the database without a pooler, because dumps, restores and plans need a session of their own. */
  directUrl: () => Promise<string>;
  /** The migrations of the application and its extensions. */
  migrations: () => Promise<readonly MigrationClass[]>;
  /** Starts the application on a finished copy and runs the checks of its modules. Returns lines to print. */
  auditCopy: (url: string) => Promise<string>;
  /** Does the same on a restored database, which holds an earlier moment. */
  auditRestored: (url: string) => Promise<string>;
  /** Queries for the totals that a copy must share, by name. Each returns one number as text. */
  sums: () => Promise<Record<string, string>>;
  /** The OpenAPI document. */
  document: () => Promise<string>;
}

/**
 * Makes a command of the command line. Each command has a file of its own, `<name>.command.ts`. This file holds only names and
 * texts, because every start reads all of them. The code that does the work is imported when the command runs.
 */
export type MakeCommand = (program: Program) => Command;

/** Prints the result of a command. Nothing else is written to standard output. */
export const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Prints a status line to standard error. */
export const printStatus = (line: string): void => void process.stderr.write(`${line}\n`);

/** A parser for options that take a number. */
export function parseWholeNumber(max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    if (/^\d+$/.test(text) && Number(text) <= max) return Number(text);
    throw new InvalidArgumentError(
      max < Number.MAX_SAFE_INTEGER ? `Must be a whole number up to ${max}.` : 'Must be a whole number.',
    );
  };
}

/** A parser for options that may be given several times. */
export const collectOption = (value: string, previous: readonly string[] = []): string[] => [...previous, value];

/** A parser for options of the form `NAME=VALUE` that may be given several times. */
export function collectNameValue(text: string, previous: ReadonlyMap<string, string> = new Map()): Map<string, string> {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name && value) return new Map([...previous, [name, value]]);
  throw new InvalidArgumentError('Must have the form NAME=VALUE.');
}
