import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unguarded } from '../../src/platform/database/statements/write-guard';
import { dump } from '../operations/dump-and-load';
import { testEngine } from '../support/database-url';
import type { School } from '../support/school';

/** Texts that occur in the data of one person and nowhere else. */
export const marks = {
  username: 'xmarkname',
  email: 'xmarkmail@mail.test',
  newEmail: 'xmarknewmail@mail.test',
  firstName: 'Xmarkfirst',
  lastName: 'Xmarklast',
  bio: 'xmarkbiography',
  image: 'xmarkpicture.png',
  imported: 'xmarkimported',
  privacyKey: 'xmarkprivacy',
  userAgent: 'Xmarkbrowser/1.0',
  address: '203.0.113.77',
  sessionName: 'xmarkdevice',
  application: 'xmarkapplication',
  rejection: 'xmarkrejection',
  roleReason: 'xmarkrolereason',
  notes: 'xmarknotes',
  work: 'xmarkwork',
  saved: 'xmarksaved',
  feedback: 'xmarkfeedback',
  gradeReason: 'xmarkgradereason',
  message: 'xmarkmessage',
  reply: 'xmarkreply',
  courseMessage: 'xmarkcourse',
  suppression: 'xmarkbounced',
  wallet: '0x00000000000000000000000000000000000f00d5',
} as const;

const query = (school: School, sql: string): Promise<Record<string, unknown>[]> =>
  unguarded(() => school.database.dialect.dataSource.query(sql)) as Promise<Record<string, unknown>[]>;

/** Every table of the database, also the hidden ones of the index of words. */
async function tablesOf(school: School): Promise<string[]> {
  const sql =
    testEngine() === 'sqlite'
      ? "SELECT name FROM sqlite_master WHERE type = 'table'"
      : `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
         WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`;
  return (await query(school, sql)).map(({ name }) => String(name));
}

const textOf = (value: unknown): string =>
  Buffer.isBuffer(value) ? value.toString('latin1') : (JSON.stringify(value) ?? '');

function findIn(text: string, place: string): string[] {
  const folded = text.toLowerCase();
  return Object.entries(marks)
    .filter(([, mark]) => folded.includes(mark.toLowerCase()))
    .map(([name]) => `${place}: ${name}`);
}

/** Reads each column of each table, and dumps in both formats. Returns the places of marks as `place: mark`. */
export async function findMarks(school: School): Promise<string[]> {
  const found: string[] = [];
  for (const table of await tablesOf(school))
    for (const row of await query(school, `SELECT * FROM ${table}`))
      for (const [column, value] of Object.entries(row)) found.push(...findIn(textOf(value), `${table}.${column}`));
  const folder = mkdtempSync(join(tmpdir(), 'marks-'));
  await dump(school, join(folder, 'all.json'));
  await dump(school, join(folder, 'django.json'), { foreignOnly: true });
  for (const file of readdirSync(folder)) found.push(...findIn(readFileSync(join(folder, file), 'utf8'), file));
  return [...new Set(found)].sort();
}
