import { createHash } from 'node:crypto';
import { FileStore } from '../../../src/platform/files/store/file-store';
import { FilePurposes } from '../../../src/platform/files/file-purposes';
import { FindingSources } from '../../../src/platform/findings/finding-sources';
import { FakeClamd } from '../../support/clamd';
import { S3Server } from '../../support/s3';
import { School, type ApiResponse, type Client } from '../../support/school';
import { largeVideo, newFileFolder, readContent, sendPart } from '../../support/stored-files';

let s3: S3Server;
let clamd: FakeClamd;
beforeAll(async () => {
  [s3, clamd] = await Promise.all([S3Server.start(), FakeClamd.start()]);
});
afterAll(async () => {
  await s3.stop();
  await clamd.stop();
});

describe.each(['folder', 's3'])('large files in %s', (driver) => {
  let school: School;
  let owner: Client;
  let other: Client;
  beforeAll(async () => {
    const files = driver === 's3' ? s3.settings : newFileFolder().settings;
    const environment = { ...files, FILE_LARGE_MAX_MB: '24', CLAMD_URL: clamd.url, FILE_STALL_TIMEOUT_MS: '300' };
    school = await School.open({ environment });
    const rules = { isPersonal: true, mayUpload: () => true, audience: () => Promise.resolve(false) };
    school.part(FilePurposes).register({ name: 'film', accepts: ['video', 'archive'], ...rules });
    [owner, other] = await Promise.all([school.student(), school.student()]);
  });
  afterEach(() => {
    s3.behaviour = 'works';
    clamd.behaviour = 'works';
  });
  afterAll(() => school.close());

  const begin = (length: number, person = owner): Promise<ApiResponse> =>
    person.post('/uploads?purpose=film', undefined, { 'upload-length': String(length) });
  const send = (id: number, offset: number, bytes: Buffer, person = owner): Promise<ApiResponse> =>
    sendPart(school, person, { id, offset, bytes });
  const keys = async (): Promise<string[]> => (await school.part(FileStore).list('', 1_000)).map(({ key }) => key);
  const show = async (id: number): Promise<any> => (await owner.get(`/files/${id}`)).body;
  const assemble = (): Promise<unknown> => school.job('files:assemble');
  const tidyAfter = (hours: number): Promise<unknown> =>
    school.clock.at(new Date(Date.now() + hours * 3_600_000), () => school.job('files:tidy'));

  test('a video that arrives in several requests is joined, checked, and served in parts, also within a page', async () => {
    const bytes = largeVideo(9_000_000);
    const { body, headers } = await begin(bytes.length);
    expect(headers).toMatchObject({ location: `/api/v1/uploads/${body.id}`, 'tus-resumable': '1.0.0' });
    expect((await send(body.id, 0, bytes.subarray(0, 8_500_000))).headers['upload-offset']).toBe('8500000');
    expect((await send(body.id, 8_500_000, bytes.subarray(8_500_000))).status).toBe(204);
    expect((await show(body.id)).status).toBe('received');
    await assemble();
    const file = await show(body.id);
    expect(file).toMatchObject({ status: 'clean', variants: [{ variant: 'original', contentType: 'video/mp4' }] });
    expect(clamd.sizes.at(-1)).toBe(bytes.length);
    const part = await readContent(school, file.variants[0].url, { range: 'bytes=8388600-8388699' });
    expect(part.status).toBe(206);
    expect(part.bytes.equals(bytes.subarray(8_388_600, 8_388_700))).toBe(true);
    expect(part.headers).toMatchObject({
      'content-disposition': expect.stringMatching(/^inline/),
      'content-security-policy': expect.stringMatching(/^sandbox/),
      'x-content-type-options': 'nosniff',
    });
    const whole = await readContent(school, file.variants[0].url);
    expect(sha256(whole.bytes)).toBe(sha256(bytes));
    expect((await keys()).filter((key) => key.includes('.part-'))).toEqual([]);
    await school.job('files:verify');
    const kinds = (await school.part(FindingSources).collect()).map(({ kind }) => kind);
    expect(kinds.filter((kind) => /file|object/.test(kind))).toEqual([]);
  });

  test('only its owner sees, continues and cancels an upload', async () => {
    const { body } = await begin(1_000);
    for (const status of [
      (await other.get(`/uploads/${body.id}`)).status,
      (await send(body.id, 0, largeVideo(1_000), other)).status,
      (await other.delete(`/uploads/${body.id}`)).status,
    ])
      expect(status).toBe(404);
    expect((await owner.get(`/uploads/${body.id}`)).body.offset).toBe(0);
  });

  test('an upload continues only where the server is, and two requests do not keep the same part twice', async () => {
    const bytes = largeVideo(60_000);
    const { body } = await begin(bytes.length);
    expect((await send(body.id, 5, bytes)).body).toMatchObject({ code: 'UPLOAD_OFFSET_WRONG' });
    const both = await Promise.all([send(body.id, 0, bytes), send(body.id, 0, bytes)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([204, 409]);
    expect((await send(body.id, bytes.length, Buffer.from('more'))).body).toMatchObject({ code: 'UPLOAD_MALFORMED' });
    await assemble();
    expect((await show(body.id)).status).toBe('clean');
  });

  test('a file of another type is refused with its first part, and an infected one by the job', async () => {
    const page = Buffer.from('<!DOCTYPE html><script>alert(1)</script>'.repeat(200));
    const { body: refused } = await begin(page.length + 1_000);
    expect((await send(refused.id, 0, page)).body).toMatchObject({ code: 'FILE_TYPE_REFUSED' });
    expect(await show(refused.id)).toMatchObject({ status: 'rejected', rejection: 'FILE_TYPE_REFUSED' });
    const harmful = Buffer.concat([largeVideo(50_000), Buffer.from('harmful')]);
    const { body: infected } = await begin(harmful.length);
    await send(infected.id, 0, harmful);
    await assemble();
    expect(await show(infected.id)).toMatchObject({ status: 'rejected', rejection: 'FILE_INFECTED', variants: [] });
    expect((await keys()).filter((key) => key.includes('.part-'))).toEqual([]);
  });

  test('a scanner that is away delays the file, which is a finding after an hour', async () => {
    const bytes = largeVideo(50_000);
    const { body } = await begin(bytes.length);
    await send(body.id, 0, bytes);
    clamd.behaviour = 'closes';
    await assemble();
    expect((await show(body.id)).status).toBe('received');
    const late = await school.clock.at(new Date(Date.now() + 2 * 3_600_000), () =>
      school.part(FindingSources).collect(),
    );
    expect(late.map(({ kind }) => kind)).toContain('late-large-files');
    clamd.behaviour = 'works';
    await assemble();
    expect((await show(body.id)).status).toBe('clean');
  });

  test('what is cancelled or not continued is removed with all its parts', async () => {
    const person = await school.student();
    const before = await keys();
    const bytes = largeVideo(50_000);
    const ids = [(await begin(60_000, person)).body.id, (await begin(60_000, person)).body.id];
    for (const id of ids) await send(id, 0, bytes, person);
    expect(await keys()).toHaveLength(before.length + 2);
    expect((await person.delete(`/uploads/${ids[0]}`)).status).toBe(204);
    expect((await person.get(`/uploads/${ids[0]}`)).status).toBe(404);
    await tidyAfter(1);
    expect(await keys()).toHaveLength(before.length + 1);
    await tidyAfter(25);
    expect((await person.get(`/uploads/${ids[1]}`)).status).toBe(404);
    expect((await keys()).filter((key) => key.includes('.part-'))).toEqual([]);
  });

  test('size, unused bytes and purposes are limited before a byte is sent', async () => {
    const person = await school.student();
    expect((await begin(25 * 1_048_576, person)).body).toMatchObject({ code: 'FILE_TOO_LARGE' });
    const small = await person.post('/uploads?purpose=profile-image', undefined, { 'upload-length': '5' });
    expect(small.body).toMatchObject({ code: 'VALIDATION_FAILED' });
    const codes: unknown[] = [];
    for (let count = 0; count < 3; count++) codes.push((await begin(20 * 1_048_576, person)).body.code);
    expect(codes).toEqual([undefined, undefined, 'UPLOAD_QUOTA_REACHED']);
  });

  if (driver === 's3')
    test('a store that fails gives 503, and the upload continues where it was', async () => {
      const bytes = largeVideo(50_000);
      const { body } = await begin(bytes.length);
      await send(body.id, 0, bytes.subarray(0, 20_000));
      s3.behaviour = 'fails';
      expect((await send(body.id, 20_000, bytes.subarray(20_000))).status).toBe(503);
      s3.behaviour = 'works';
      expect((await owner.get(`/uploads/${body.id}`)).body.offset).toBe(20_000);
      await send(body.id, 20_000, bytes.subarray(20_000));
      await assemble();
      expect((await show(body.id)).status).toBe('clean');
    });
});

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
