import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Row, School } from './school';

/** A school in a temporary SQLite file. */
export class SqliteSchool implements School {
  readonly engine = 'sqlite';

  private constructor(private readonly folder: string) {}

  static open(): SqliteSchool {
    return new SqliteSchool(mkdtempSync(path.join(tmpdir(), 'teoart-bench-')));
  }

  get url(): string {
    return `sqlite:${path.join(this.folder, 'school.sqlite3')}`;
  }

  copy(name: string): Promise<string> {
    const file = path.join(this.folder, `${name}.sqlite3`);
    // The last connection has copied the write-ahead log into the file when it was closed.
    copyFileSync(fileOf(this.url), file);
    return Promise.resolve(`sqlite:${file}`);
  }

  execute(url: string, sql: string): Promise<Row[]> {
    const database = new Sqlite(fileOf(url));
    try {
      const statement = database.prepare(sql);
      if (statement.reader) return Promise.resolve(statement.all() as Row[]);
      statement.run();
      return Promise.resolve([]);
    } finally {
      database.close();
    }
  }

  /** SQLite runs in the processes of the servers. */
  processorMs(): null {
    return null;
  }

  stop(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    return Promise.resolve();
  }
}

export const fileOf = (url: string): string => url.slice('sqlite:'.length);
