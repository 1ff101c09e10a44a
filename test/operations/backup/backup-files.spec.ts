import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { backup } from '../../../src/operations/backup/backup';
import { ToolMissing } from '../../../src/operations/backup/backup.errors';
import { bytesPath, listPath } from '../../../src/operations/backup/backup-files';
import { restore } from '../../../src/operations/backup/restore';
import { removeOldBackups } from '../../../src/operations/backup/retention';
import { moveFiles } from '../../../src/operations/move/objects/move-files';
import { FileStore } from '../../../src/platform/files/store/file-store';
import { openStore } from '../../../src/platform/files/store/open-store';
import { emptyDatabaseUrl } from '../../support/database-url';
import { S3Server } from '../../support/s3';
import { School } from '../../support/school';
import { newFileFolder, picture, readContent, upload } from '../../support/stored-files';
import { createTemporaryFolder } from '../two-engines';

const { file, remove } = createTemporaryFolder();
const now = new Date('2026-01-31T12:00:00Z');
const auditCopy = (): Promise<string> => Promise.resolve('audited');

let s3: S3Server;
beforeAll(async () => {
  s3 = await S3Server.start();
});
afterAll(async () => {
  await s3.stop();
  remove();
});

const keysIn = async (store: FileStore): Promise<string[]> => (await store.list('', 100)).map(({ key }) => key);

async function removeAll(store: FileStore): Promise<void> {
  for (const key of await keysIn(store)) await store.delete(key);
}

/** A school in which a person has a picture. */
async function createSchool(settings: { FILES_URL: string }): Promise<{ school: School; store: FileStore }> {
  const school = await School.open({ environment: settings });
  const person = await school.student({ username: 'ann' });
  const { body } = await upload(school, person, { bytes: await picture().png().toBuffer(), purpose: 'profile-image' });
  await person.put('/me/profile-image', { fileId: body.id });
  return { school, store: school.part(FileStore) };
}

/** Backs up, or returns null if the tools of PostgreSQL are missing, which `backup.spec.ts` reports. */
async function backUp(
  school: School,
  name: string,
  store: FileStore,
): Promise<Awaited<ReturnType<typeof backup>> | null> {
  try {
    return await backup(school.url, file(name), now, store);
  } catch (error) {
    if (error instanceof ToolMissing) return null;
    throw error;
  }
}

it('puts the files of a folder beside the backup, and back where they are missing or have other bytes', async () => {
  const { school, store } = await createSchool(newFileFolder().settings);
  const keys = await keysIn(store);
  const taken = await backUp(school, 'with-files', store);
  await school.close();
  if (!taken) return;
  expect(taken.files).toMatchObject({ objects: 4 });
  expect(taken.stored).toMatchObject({ copied: 4, missing: 0, changed: 0 });
  const original = readFileSync(path.join(bytesPath(file('with-files')), keys[0]!.slice(0, 2), keys[0]!));
  await removeAll(store);
  const url = await emptyDatabaseUrl();
  const options = { file: file('with-files'), url, replace: false, auditCopy, store };
  expect((await restore(options)).files).toMatchObject({ copied: 4, present: 0, missing: 0 });
  expect(await keysIn(store)).toEqual(keys);
  // Only a check of the bytes sees a change that keeps the size.
  await store.put(keys[0]!, Buffer.alloc(original.length), original.length, 'image/png');
  const again = { ...options, replace: true };
  expect((await restore(again)).files).toMatchObject({ present: 4, changed: 0 });
  expect((await restore({ ...again, checkFiles: true })).files).toMatchObject({ present: 3, copied: 1, changed: 0 });
  expect(Buffer.concat(await (await store.get(keys[0]!))!.toArray()).equals(original)).toBe(true);
}, 180_000);

it('reports files that are lost or changed, in the backup and in the restore, and restores the database', async () => {
  const { school, store } = await createSchool(newFileFolder().settings);
  const [first, second] = await keysIn(store);
  await store.delete(first!);
  await store.put(second!, Buffer.from('other'), 5, 'image/png');
  const taken = await backUp(school, 'damaged', store);
  await school.close();
  if (!taken) return;
  expect(taken.stored?.lines).toEqual(
    expect.arrayContaining([
      `missing: ${first}`,
      `changed: ${second}`,
      'Files: 2 objects were copied, 0 were there already, 1 are missing and 1 have other bytes',
    ]),
  );
  const options = { file: file('damaged'), url: await emptyDatabaseUrl(), replace: false, auditCopy, store };
  expect((await restore(options)).files).toMatchObject({ present: 2, missing: 1, changed: 1, isComplete: false });
  writeFileSync(listPath(file('damaged')), '');
  await expect(restore({ ...options, replace: true })).rejects.toThrow(/files\.jsonl is missing or damaged/);
}, 180_000);

it('only names the files of S3, and the restore says which are missing', async () => {
  const { school, store } = await createSchool(s3.settings);
  const [first] = await keysIn(store);
  const taken = await backUp(school, 'named', store);
  await school.close();
  if (!taken) return;
  expect(taken.stored).toBeNull();
  expect(existsSync(bytesPath(file('named')))).toBe(false);
  const lines = readFileSync(listPath(file('named')), 'utf8')
    .trim()
    .split('\n');
  expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual({
    key: first,
    type: 'image/webp',
    sizeBytes: await store.head(first!),
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  await store.delete(first!);
  const options = { file: file('named'), url: await emptyDatabaseUrl(), replace: false, auditCopy, store };
  expect((await restore({ ...options, checkFiles: true })).lines).toContain(`missing: ${first}`);
}, 180_000);

it('removes the files of old backups', async () => {
  const { school, store } = await createSchool(newFileFolder().settings);
  for (const day of [1, 2]) {
    const name = `teoart-2026010${day}-000000.${school.url.startsWith('sqlite:') ? 'sqlite3' : 'dump'}`;
    if (!(await backUp(school, path.join('kept', name), store))) return school.close();
  }
  await school.close();
  expect(removeOldBackups(file('kept'), 1)).toBe(1);
  expect(readdirSync(file('kept')).every((name) => name.startsWith('teoart-20260102'))).toBe(true);
  expect(readdirSync(file('kept'))).toHaveLength(4);
}, 180_000);

it('a move looks for the files, and copies them to another store, from where the school shows them', async () => {
  const { folder, settings } = newFileFolder();
  const { school, store } = await createSchool(settings);
  const args = { from: school.url, filesTo: s3.settings.FILES_URL };
  expect(await moveFiles({ from: school.url }, store)).toEqual(['Files: 0 objects were copied, 4 were there already']);
  const target = openStore(args.filesTo, 5_000);
  await removeAll(target);
  const keys = await keysIn(store);
  // A copy that was interrupted continues with what is left.
  await target.put(keys[0]!, (await store.get(keys[0]!))!, (await store.head(keys[0]!))!, 'image/webp');
  expect(await moveFiles(args, store)).toEqual(['Files: 3 objects were copied, 1 were there already']);
  expect(await keysIn(target)).toEqual(keys);
  rmSync(path.join(folder, keys[1]!.slice(0, 2), keys[1]!));
  await target.delete(keys[1]!);
  expect(await moveFiles(args, store)).toContain(`missing: ${keys[1]}`);
  await school.close();

  const moved = await School.open({ url: school.url, environment: s3.settings });
  const viewer = await moved.student();
  const ann = await moved.database.row({ id: Number }, "SELECT id FROM users_user WHERE username = 'ann'");
  const { body } = await viewer.get(`/users/${ann!.id}`);
  const status = keys[1]!.endsWith('.320') ? 404 : 200;
  expect((await readContent(moved, body.profileImage as string)).status).toBe(status);
  await moved.close();
}, 180_000);
