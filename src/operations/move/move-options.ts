import type { Migrations } from '../../platform/database/schema/migrate';
import type { Progress } from './progress';

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

export interface DatabaseLocation {
  url: string;
  /** Of an SQLite URL. */
  file: string;
}

export interface MoveContext extends Required<Omit<MoveOptions, 'from' | 'to'>> {
  from: DatabaseLocation;
  to: DatabaseLocation;
}
