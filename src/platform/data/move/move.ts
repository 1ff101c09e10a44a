import type { Migrations } from '../../database/migrate';
import type { TableDigest } from './digest';
import { postgresToSqlite } from './postgres-to-sqlite';
import { silent, type Progress } from './progress';
import { MoveRefused } from './refusals';
import { sqliteToPostgres } from './sqlite-to-postgres';

export interface MoveOptions {
  /** `sqlite:FILE` or `postgres://…`, one of each. */
  from: string;
  to: string;
  migrations: Migrations;
  /** Totals that must be the same on both sides: a name, and a query of one number as text that both engines understand. */
  sums?: Record<string, string>;
  /** A PostgreSQL source may have other sessions; they cannot write until the move is over. */
  whileConnected?: boolean;
  progress?: Progress;
}

interface Place {
  url: string;
  /** Of an SQLite URL. */
  file: string;
}

export interface Move extends Required<Omit<MoveOptions, 'from' | 'to'>> {
  from: Place;
  to: Place;
}

/** One table of a finished move. */
export interface Moved extends TableDigest {
  table: string;
}

/**
 * Copies a whole database to the other engine and proves the copy, or leaves the target as it was.
 * @throws MoveRefused with everything that is wrong, before anything is written
 * @throws ProofFailed where the copy is not what was read
 */
export async function moveDatabase(options: MoveOptions): Promise<Moved[]> {
  const { from, to, migrations, sums = {}, whileConnected = false, progress = silent } = options;
  const move: Move = { from: placeOf(from), to: placeOf(to), migrations, sums, whileConnected, progress };
  const [source, target] = [engineOf(from), engineOf(to)];
  if (source === target)
    throw new MoveRefused([{ place: to, what: 'both databases are of the same engine: use backup and restore' }]);
  const digests = await (source === 'sqlite' ? sqliteToPostgres(move) : postgresToSqlite(move));
  return [...digests].map(([table, digest]) => ({ table, ...digest }));
}

const placeOf = (url: string): Place => ({ url, file: url.replace(/^sqlite:/, '') });

function engineOf(url: string): 'sqlite' | 'postgres' {
  if (/^sqlite:./.test(url)) return 'sqlite';
  if (/^postgres(ql)?:\/\/./.test(url)) return 'postgres';
  throw new MoveRefused([{ place: url || '(nothing)', what: 'must start with sqlite: or postgres://' }]);
}
