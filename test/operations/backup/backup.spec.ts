import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LedgerAudit } from '../../../src/modules/rewards';
import { backup } from '../../../src/operations/backup/backup';
import { BackupUnusable, ToolMissing, WouldOverwrite } from '../../../src/operations/backup/backup.errors';
import { findVerifiedManifest, manifestPath } from '../../../src/operations/backup/backup-manifest';
import { findTool } from '../../../src/operations/backup/postgres/postgres-tools';
import { restore } from '../../../src/operations/backup/restore';
import { removeOldBackups } from '../../../src/operations/backup/retention';
import { endow } from '../../rewards/ledger-state';
import { emptyDatabaseUrl, testEngine } from '../../support/database-url';
import { cli } from '../../support/server';
import { School } from '../../support/school';
import { runAndKillAfter, withServer, createTemporaryFolder } from '../two-engines';

const { file, remove } = createTemporaryFolder();
afterAll(remove);

const now = new Date('2026-01-31T12:00:00Z');
/** False if pg_dump of the server's version is not installed. Then the tests below expect the error that says so. */
let hasTools = true;
beforeAll(async () => {
  if (testEngine() === 'sqlite') return;
  const major = await withServer(process.env.TEST_POSTGRES_URL!, async (server) => {
    return Number(
      (await server.query<{ major: number }>("SELECT current_setting('server_version_num')::int / 10000 AS major"))
        .rows[0]?.major,
    );
  });
  try {
    findTool('pg_dump', major);
  } catch (error) {
    expect(error).toBeInstanceOf(ToolMissing);
    hasTools = false;
  }
});

async function auditCopy(url: string): Promise<string> {
  const school = await School.open({ url });
  const { counts } = await school.part(LedgerAudit).run();
  await school.close();
  const violations = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return `${violations} violations`;
}

/** A school with two students, one of them with coins. */
async function createSchool(): Promise<School> {
  const school = await School.open();
  const [ann] = [await school.student({ username: 'ann' }), await school.student({ username: 'bob' })];
  await endow(school, ann.id, 100);
  return school;
}

const listPeopleAt = async (url: string): Promise<unknown[]> => {
  const school = await School.open({ url });
  const rows = await school.database.rows({ username: String }, 'SELECT username FROM users_user ORDER BY id');
  await school.close();
  return rows.map(({ username }) => username);
};

/** Like `it`. Without the tools of PostgreSQL the test expects the error that names the missing tool. */
function itWithTools(name: string, work: () => Promise<void>): void {
  it(
    // oxlint-disable-next-line jest/valid-title
    name,
    async () => {
      if (hasTools) return work();
      const school = await createSchool();
      await expect(backup(school.url, file(`${Math.random()}`), now)).rejects.toThrow(
        /pg_dump \d+ or newer is needed.*postgresql-client-/,
      );
      await school.close();
    },
    180_000,
  );
}

itWithTools('restores a backup that was taken during writes, without later changes', async () => {
  const school = await createSchool();
  const taken = file('taken');
  const [manifest] = await Promise.all([backup(school.url, taken, now), school.student({ username: 'meanwhile' })]);
  expect(manifest.tables['rewards_teocointransaction']?.rows).toBe(1);
  await school.student({ username: 'afterwards' });
  await school.close();
  const fresh = await emptyDatabaseUrl();
  expect((await restore({ file: taken, url: fresh, replace: false, auditCopy })).lines).toContain('0 violations');
  expect((await listPeopleAt(fresh)).slice(0, 2)).toEqual(['ann', 'bob']);
  expect(await listPeopleAt(fresh)).not.toContain('afterwards');
  const again = await backup(fresh, file('again'), now);
  for (const table of ['users_user', 'rewards_teocointransaction'])
    expect(again.tables[table]).toEqual(manifest.tables[table]);
});

itWithTools('replaces a database that has rows only with `replace`', async () => {
  const school = await createSchool();
  const taken = file('first');
  await backup(school.url, taken, now);
  await school.student({ username: 'late' });
  await school.close();
  const options = { file: taken, url: school.url, auditCopy };
  await expect(restore({ ...options, replace: false })).rejects.toThrow(WouldOverwrite);
  expect(await listPeopleAt(school.url)).toContain('late');
  await restore({ ...options, replace: true });
  expect(await listPeopleAt(school.url)).toEqual(['ann', 'bob']);
});

if (testEngine() === 'postgres')
  itWithTools(
    'refuses a second restore of the same database at the same time, and names longer than 53 bytes',
    async () => {
      const school = await createSchool();
      const taken = file('twice');
      await backup(school.url, taken, now);
      await school.close();
      const name = new URL(school.url).pathname.slice(1);
      const options = { file: taken, url: school.url, replace: true, auditCopy };
      await withServer(process.env.TEST_POSTGRES_URL!, async (server) => {
        await server.query("SELECT pg_advisory_lock(hashtext('restore:' || $1))", [name]);
        await expect(restore(options)).rejects.toThrow(/is already being restored/);
      });
      expect(await listPeopleAt(school.url)).toEqual(['ann', 'bob']);
      await retryWhileInUse(() => restore(options));
      const tooLong = Object.assign(new URL(school.url), { pathname: `/${'x'.repeat(54)}` }).href;
      await expect(restore({ ...options, url: tooLong })).rejects.toThrow(/at most 53 bytes/);
    },
  );

itWithTools('leaves the target unchanged when a restore fails at any step', async () => {
  const school = await createSchool();
  const taken = file('good');
  const { tables } = await backup(school.url, taken, now);
  const options = { file: taken, url: school.url, replace: true, auditCopy };
  await expect(restore(options)).rejects.toThrow(/open sessions|has the file open/);
  await school.student({ username: 'late' });
  await school.close();
  const failingAudit = (): Promise<string> => Promise.reject(new Error('does not start'));
  await expect(restore({ ...options, auditCopy: failingAudit })).rejects.toThrow('does not start');
  const manifest = JSON.parse(readFileSync(manifestPath(taken), 'utf8')) as { tables: typeof tables };
  manifest.tables['users_user'] = { rows: 7, sha256: 'another' };
  writeFileSync(manifestPath(taken), JSON.stringify(manifest));
  await expect(restore(options)).rejects.toThrow(/users_user: 7 rows in the source, 2 in the copy/);
  writeFileSync(taken, Buffer.concat([readFileSync(taken), Buffer.from('x')]));
  await expect(restore(options)).rejects.toThrow(/is damaged/);
  expect(await listPeopleAt(school.url)).toEqual(['ann', 'bob', 'late']);
  expect(readdirSync(path.dirname(taken)).filter((name) => /unfinished|restoring/.test(name))).toEqual([]);
});

itWithTools('keeps the newest BACKUP_KEEP scheduled backups and no other file is removed', async () => {
  const folder = file('nightly');
  const school = await School.open({ environment: { BACKUP_FOLDER: folder, BACKUP_KEEP: '2' } });
  for (const day of [1, 2, 3]) {
    school.clock.stopAt(new Date(`2026-02-0${day}T02:20:00Z`));
    expect(await school.job('platform:backup')).toMatchObject({ removed: day > 2 ? 1 : 0 });
    if (day === 1) writeFileSync(path.join(folder, 'letter.txt'), 'keep me');
  }
  await school.close();
  const days = readdirSync(folder).map((name) => name.replace(/\.(sqlite3|dump)/, ''));
  const kept = ['teoart-20260202-022000', 'teoart-20260203-022000'];
  const parts = ['', '.files.jsonl', '.manifest.json'];
  expect(days.sort()).toEqual(['letter.txt', ...kept.flatMap((name) => parts.map((part) => name + part))]);
});

it('fails the job platform:backup with an error that names BACKUP_FOLDER if it is not set', async () => {
  const school = await School.open();
  await expect(school.job('platform:backup')).rejects.toThrow('BACKUP_FOLDER');
  await school.close();
});

it('refuses to overwrite an existing file, and refuses to restore a file that is not a backup or does not exist', async () => {
  const school = await createSchool();
  writeFileSync(file('letter'), 'Dear school, this is a letter and no backup');
  await expect(backup(school.url, file('letter'), now)).rejects.toThrow(WouldOverwrite);
  await school.close();
  const options = { url: school.url, replace: true, auditCopy };
  await expect(restore({ ...options, file: file('letter') })).rejects.toThrow(BackupUnusable);
  await expect(restore({ ...options, file: file('nowhere') })).rejects.toThrow(BackupUnusable);
});

itWithTools('offers backup and restore as commands', async () => {
  const school = await createSchool();
  await school.close();
  const taken = file('by-command');
  expect(await cli(school.url, ['backup', '-o', taken])).toMatch(/SHA-256 [0-9a-f]{64}/);
  expect(existsSync(manifestPath(taken))).toBe(true);
  expect(await cli(school.url, ['restore', taken, '--replace'])).toMatch(
    /matches the manifest\nFiles: 0 objects .*\n0 entries of the audit log are verified, .*\nThe audit of 1 transactions found no/,
  );
});

/** A random moment in each fifth of the whole duration. */
const randomMoments = (wholeMs: number): number[] =>
  [0, 1, 2, 3, 4].map((fifth) => ((fifth + Math.random()) / 5) * wholeMs);
const listKilledFiles = (): string[] =>
  readdirSync(path.dirname(file('x'))).filter((name) => name.startsWith('killed'));

itWithTools('leaves no usable backup when it is killed before the end, and the next backup is complete', async () => {
  const school = await createSchool();
  await school.close();
  const taken = file('killed-backup');
  const hasBegun = (): boolean => existsSync(`${taken}.unfinished`) || existsSync(taken);
  const command: [string, ...string[]] = [school.url, 'backup', '-o', taken];
  const whole = await runAndKillAfter(60_000, hasBegun, command);
  expect(whole.signal).toBeNull();
  for (const ms of randomMoments(whole.ms)) {
    for (const name of listKilledFiles()) rmSync(file(name));
    await runAndKillAfter(ms, hasBegun, command);
    // A backup gets its name when it is complete, so other files that are left are not backups.
    if (existsSync(taken)) expect(await findVerifiedManifest(taken)).not.toBeNull();
    else
      await expect(restore({ file: taken, url: school.url, replace: true, auditCopy })).rejects.toThrow(BackupUnusable);
    rmSync(taken, { force: true });
    await backup(school.url, taken, now);
    expect(await findVerifiedManifest(taken)).toMatchObject({ tables: { users_user: { rows: 2 } } });
    const parts = ['', '.files.jsonl', '.manifest.json'];
    expect(listKilledFiles().sort()).toEqual(parts.map((part) => `killed-backup${part}`));
  }
});

itWithTools(
  'leaves the target either unchanged or completely restored when a restore is killed, and the next restore succeeds',
  async () => {
    const school = await createSchool();
    await school.close();
    const taken = file('killed-restore');
    await backup(school.url, taken, now);
    await registerLateStudent(school.url);
    const command: [string, ...string[]] = [school.url, 'restore', taken, '--replace'];
    const hasBegun = (): Promise<boolean> => hasTemporaryDatabase(school.url);
    const whole = await runAndKillAfter(60_000, hasBegun, command);
    expect(whole.signal).toBeNull();
    for (const ms of randomMoments(whole.ms)) {
      await registerLateStudent(school.url);
      await runAndKillAfter(ms, hasBegun, command);
      expect([['ann', 'bob'].join(), ['ann', 'bob', 'late'].join()]).toContain((await listPeopleAt(school.url)).join());
      await retryWhileInUse(() => restore({ file: taken, url: school.url, replace: true, auditCopy }));
      expect(await listPeopleAt(school.url)).toEqual(['ann', 'bob']);
      expect(await hasTemporaryDatabase(school.url)).toBe(false);
    }
  },
);

/** Registers a student after the backup. */
async function registerLateStudent(url: string): Promise<void> {
  const school = await School.open({ url });
  await school.student({ username: 'late' });
  await school.close();
}

/** Whether the temporary database of a running or killed restore exists. */
async function hasTemporaryDatabase(url: string): Promise<boolean> {
  if (testEngine() === 'sqlite') return existsSync(`${url.slice('sqlite:'.length)}.restoring`);
  const found = await withServer(process.env.TEST_POSTGRES_URL!, (server) =>
    server.query('SELECT FROM pg_database WHERE datname = $1', [`${new URL(url).pathname.slice(1)}_restoring`]),
  );
  return found.rows.length > 0;
}

/** Retries, because the server notices the end of a killed process a moment later. */
async function retryWhileInUse(work: () => Promise<unknown>, tries = 20): Promise<void> {
  for (;;)
    try {
      return void (await work());
    } catch (error) {
      if (!(error instanceof WouldOverwrite) || --tries === 0) throw error;
      await sleep(100);
    }
}

it('removes old files of a killed scheduled backup, but no manifest of a moved backup and no unfinished file that is still new', () => {
  const folder = file('left');
  mkdirSync(folder);
  const left = ['teoart-20260201-022000.dump.unfinished', 'teoart-20260201-022000.dump.manifest.json'];
  const whole = ['teoart-20260202-022000.dump', 'teoart-20260202-022000.dump.manifest.json'];
  // The first backup was compressed by the operator; the second is still being written.
  const others = ['teoart-20260203-022000.dump.manifest.json', 'teoart-20260204-022000.dump.unfinished'];
  const kept = [...whole, ...others, 'letter.unfinished'];
  for (const name of [...left, ...kept]) writeFileSync(path.join(folder, name), '');
  const longAgo = new Date(Date.now() - 2 * 86_400_000);
  for (const name of ['letter.unfinished', left[0]!]) utimesSync(path.join(folder, name), longAgo, longAgo);
  expect(removeOldBackups(folder, 7)).toBe(0);
  expect(readdirSync(folder).sort()).toEqual([...kept].sort());
});
