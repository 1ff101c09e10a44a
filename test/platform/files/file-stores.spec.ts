import { FileStore } from '../../../src/platform/files/store/file-store';
import { FindingSources } from '../../../src/platform/findings/finding-sources';
import { S3Server } from '../../support/s3';
import { School, type Client } from '../../support/school';
import { newFileFolder, picture, readContent, registerPurpose, upload } from '../../support/stored-files';

let s3: S3Server;
beforeAll(async () => {
  s3 = await S3Server.start();
});
afterAll(() => s3.stop());

describe.each(['folder', 's3'])('files in %s', (driver) => {
  let school: School;
  let owner: Client;
  beforeAll(async () => {
    const environment = driver === 's3' ? s3.settings : newFileFolder().settings;
    school = await School.open({ environment: { ...environment, FILES_TIMEOUT_MS: '300' } });
    registerPurpose(school, 'test');
    owner = await school.student();
  });
  afterAll(() => school.close());

  const store = (): FileStore => school.part(FileStore);
  const send = async (): Promise<{ status: number; body: any }> =>
    upload(school, owner, { bytes: await picture().png().toBuffer(), purpose: 'test' });
  const fileFindings = async (): Promise<string[]> =>
    (await school.part(FindingSources).collect()).map(({ kind }) => kind).filter((kind) => /files|objects/.test(kind));
  const verify = async (): Promise<string[]> => {
    await school.job('files:verify');
    return fileFindings();
  };

  test('a file is stored, read in whole and in part, listed and removed', async () => {
    const { body } = await send();
    const whole = await readContent(school, body.variants[0].url);
    const part = await readContent(school, body.variants[0].url, { range: 'bytes=3-7' });
    expect(part.bytes.equals(whole.bytes.subarray(3, 8))).toBe(true);
    const keys = (await store().list('', 100)).map(({ key }) => key);
    expect(keys).toHaveLength(4);
    // The server of the test fails on a list that ends before its last key, so the limit is not tested here.
    expect((await store().list(keys[1]!, 100)).map(({ key }) => key)).toEqual(keys.slice(2));
    await school.clock.at(new Date(Date.now() + 25 * 3_600_000), () => school.job('files:tidy'));
    expect(await store().list('', 100)).toEqual([]);
    expect((await owner.get(`/files/${body.id}`)).status).toBe(404);
  });

  test('missing, changed and stray objects are findings until they are mended', async () => {
    await send();
    expect(await verify()).toEqual([]);
    const { key } = (await store().list('', 100))[0]!;
    const stream = (await store().get(key))!;
    const bytes = Buffer.concat(await stream.toArray());
    await store().delete(key);
    expect(await verify()).toEqual(['damaged-files']);
    await store().put(key, Buffer.from('other bytes'), 11, 'image/png');
    expect(await verify()).toEqual(['damaged-files']);
    await store().put(key, bytes, bytes.length, 'image/png');
    expect(await verify()).toEqual([]);
    const strayKey = `${'0'.repeat(32)}.320`;
    await store().put(strayKey, Buffer.from('stray'), 5, 'image/png');
    expect(await verify()).toEqual(['stray-objects']);
    await store().delete(strayKey);
    expect(await verify()).toEqual([]);
  });

  if (driver === 's3')
    test('a slow store delays an upload and does not fail it', async () => {
      s3.delayMs = 60;
      expect((await send()).status).toBe(201);
      s3.delayMs = 0;
    });

  if (driver === 's3')
    test.each(['fails', 'hangs'] as const)('a store that %s gives 503, and a retry works', async (behaviour) => {
      const { body: kept } = await send();
      s3.behaviour = behaviour;
      const [refused, unread] = await Promise.all([send(), readContent(school, kept.variants[0].url)]);
      s3.behaviour = 'works';
      expect(refused).toMatchObject({
        status: 503,
        body: { code: 'FILE_STORE_UNAVAILABLE' },
        headers: { 'retry-after': '5' },
      });
      expect(unread.status).toBe(503);
      expect((await send()).status).toBe(201);
      expect((await readContent(school, kept.variants[0].url)).status).toBe(200);
    });
});
