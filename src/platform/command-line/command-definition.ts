import type { INestApplicationContext } from '@nestjs/common';
import { InvalidArgumentError, type Command } from 'commander';

/** What commands work with. Nothing of it is loaded, nor any database looked at, before one asks for it. */
export interface Program {
  /** Gives `work` the application without its routes, on the database of the process, and closes it afterwards. */
  inApplication: <T>(work: (context: INestApplicationContext) => Promise<T>) => Promise<T>;
  /** The database itself, past any pooler: dumps, restores and plans need a session of their own. */
  directUrl: () => Promise<string>;
  /** Starts the application on a finished copy and audits its books; gives a line to print. */
  auditCopy: (url: string) => Promise<string>;
  /** The same on a database of an earlier moment: nothing is paid from it before somebody has looked at the chain. */
  auditRestored: (url: string) => Promise<string>;
  /** Totals of the books that a copy must share, by name: a query of one number as text. */
  ledgerSums: () => Promise<Record<string, string>>;
  /** The OpenAPI document. */
  document: () => Promise<string>;
}

/**
 * A command of the command line, in a file of its own, `<name>.command.ts`. The file holds words only, since every call reads
 * all of them: what does the work is imported when the command runs.
 */
export type MakeCommand = (program: Program) => Command;

/** What was asked for: alone on standard output. */
export const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** What there is to tell beside it. */
export const printStatus = (line: string): void => void process.stderr.write(`${line}\n`);

/** For options that take a number. */
export function parseWholeNumber(max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    if (/^\d+$/.test(text) && Number(text) <= max) return Number(text);
    throw new InvalidArgumentError(
      max < Number.MAX_SAFE_INTEGER ? `Not a whole number up to ${max}.` : 'Not a whole number.',
    );
  };
}

/** For options that may be given several times. */
export const collectOption = (word: string, before: readonly string[] = []): string[] => [...before, word];

/** For options that name several things: `NAME=VALUE`. */
export function collectNameValue(word: string, before: ReadonlyMap<string, string> = new Map()): Map<string, string> {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(word) ?? [];
  if (name && value) return new Map([...before, [name, value]]);
  throw new InvalidArgumentError('Not NAME=VALUE.');
}
