import type { Migrations } from '../../platform/database/schema/migrate';
import type { Progress } from './progress';

export interface MoveOptions {
  /** `sqlite:FILE` or `postgres://…`. Source and target must be different engines. */
  from: string;
  to: string;
  migrations: Migrations;
  /** Queries for totals that must be equal in source and target, by name. A query returns one number as text and runs on both engines. */
  sums?: Record<string, string>;
  /** Allows other sessions on a PostgreSQL source. Their writes wait until the move has ended. */
  whileConnected?: boolean;
  progress?: Progress;
}

export interface DatabaseLocation {
  url: string;
  /** The path of the file, if the URL is one of SQLite. */
  file: string;
}

export interface MoveContext extends Required<Omit<MoveOptions, 'from' | 'to'>> {
  from: DatabaseLocation;
  to: DatabaseLocation;
}
