import sharp from 'sharp';
import { Files } from '../../../src/platform/files/files';
import { School, type Client } from '../../support/school';
import { newFileFolder, picture, readContent, registerPurpose, upload } from '../../support/stored-files';

let school: School;
let owner: Client;
let other: Client;
beforeAll(async () => {
  school = await School.open({ environment: newFileFolder().settings });
  registerPurpose(school, 'test', ({ id }, thing) => Promise.resolve(thing.type === 'tests.thing' && thing.id === id));
  [owner, other] = await Promise.all([school.student(), school.student()]);
});
afterAll(() => school.close());

const attach = (fileId: number, ownerId: number, thingId: number): Promise<string> =>
  school.database.transaction(() =>
    school.part(Files).attach({ fileId, ownerId, purpose: 'test', to: { type: 'tests.thing', id: thingId } }),
  );

test('a picture is kept in its own form and in three sizes of WebP, upright and without place and device', async () => {
  const bytes = await photoOfAPhone();
  const profile = (await sharp(bytes).metadata()).icc!;
  const { body } = await upload(school, owner, { bytes, purpose: 'test', name: '../../a b.jpg' });
  expect(body).toMatchObject({ status: 'clean', fileName: 'a b.jpg' });
  const sizes = Object.fromEntries(body.variants.map((each: any) => [each.variant, [each.width, each.height]]));
  expect(sizes).toEqual({ '320': [320, 640], '960': [960, 1920], '1920': [1200, 2400], original: [1200, 2400] });
  for (const { url, contentType } of body.variants) {
    const content = await readContent(school, url);
    expect(content).toMatchObject({ status: 200, headers: { 'content-type': contentType } });
    const { exif, xmp, orientation, icc } = await sharp(content.bytes).metadata();
    expect({ exif, xmp, orientation }).toEqual({});
    expect(icc!.equals(profile)).toBe(true);
  }
});

const tidyAfter = (hours: number): Promise<unknown> =>
  school.clock.at(new Date(Date.now() + hours * 3_600_000), () => school.job('files:tidy'));

/** Rotated, with a position and a colour profile that is not that of most screens. */
const photoOfAPhone = (): Promise<Buffer> =>
  picture(2400, 1200)
    .withMetadata({ orientation: 6 })
    .withExifMerge({ IFD0: { Make: 'A phone' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '45/1 26/1 0/1' } })
    .withIccProfile('p3')
    .jpeg()
    .toBuffer();

test('only the owner sees a file, until it hangs on something that others see', async () => {
  const { body } = await upload(school, owner, { bytes: await picture().png().toBuffer(), purpose: 'test' });
  expect((await owner.get(`/files/${body.id}`)).status).toBe(200);
  expect((await other.get(`/files/${body.id}`)).status).toBe(404);
  await attach(body.id, owner.id, other.id);
  expect((await other.get(`/files/${body.id}`)).body.status).toBe('attached');
});

test('a file hangs on one thing, and only its owner can attach it, for its purpose', async () => {
  const { body } = await upload(school, owner, { bytes: await picture().webp().toBuffer(), purpose: 'test' });
  await expect(attach(body.id, other.id, 1)).rejects.toMatchObject({ code: 'FILE_NOT_USABLE' });
  const wrongPurpose = { fileId: body.id, ownerId: owner.id, purpose: 'other', to: { type: 'tests.thing', id: 1 } };
  const work = school.database.transaction(() => school.part(Files).attach(wrongPurpose));
  await expect(work).rejects.toMatchObject({ code: 'FILE_NOT_USABLE' });
  const { statements } = await school.statements(() => attach(body.id, owner.id, 1));
  expect(statements.filter((sql) => !/^(BEGIN|START TRANSACTION|COMMIT)/.test(sql))).toHaveLength(1);
  await expect(attach(body.id, owner.id, 2)).rejects.toMatchObject({ code: 'FILE_NOT_USABLE' });
});

test('an unused file is removed after a day with its objects, and a detached one after an hour', async () => {
  const own = await school.student();
  const send = async (): Promise<any> =>
    (await upload(school, own, { bytes: await picture().png().toBuffer(), purpose: 'test' })).body;
  const [unused, used] = [await send(), await send()];
  await attach(used.id, own.id, 77);
  const thing = { type: 'tests.thing', id: 77 };
  await tidyAfter(25);
  expect((await own.get(`/files/${unused.id}`)).status).toBe(404);
  expect((await own.get(`/files/${used.id}`)).status).toBe(200);
  await school.database.transaction(() => school.part(Files).detach('test', thing));
  await tidyAfter(2);
  expect((await own.get(`/files/${used.id}`)).status).toBe(404);
});

test('a document is kept as it is, and sent as a download', async () => {
  const bytes = Buffer.from('%PDF-1.4\n%âãÏÓ\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n', 'latin1');
  const { body } = await upload(school, owner, { bytes, purpose: 'test', name: 'Übung *1*.pdf' });
  const content = await readContent(school, body.variants[0].url);
  expect(content.bytes.equals(bytes)).toBe(true);
  expect(content.headers).toMatchObject({
    'content-disposition': `attachment; filename*=UTF-8''%C3%9Cbung%201.pdf`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringMatching(/^sandbox; default-src 'none'/),
    'cross-origin-resource-policy': 'cross-origin',
  });
});

test.each([
  ['AVIF', () => picture(90, 60).avif({ effort: 0 }).toBuffer(), 'image/webp'],
  ['GIF', () => picture(90, 60).gif().toBuffer(), 'image/png'],
  ['JPEG with the colours of a printer', () => picture(90, 60).toColourspace('cmyk').jpeg().toBuffer(), 'image/jpeg'],
  [
    'PNG with 16 bits and transparency',
    () => picture(90, 60).ensureAlpha().toColourspace('rgb16').png().toBuffer(),
    'image/png',
  ],
  ['JPEG in grey', () => picture(90, 60).greyscale().jpeg().toBuffer(), 'image/jpeg'],
] as const)('a %s is kept in a form that every browser shows', async (_name, bytes, type) => {
  const { body } = await upload(school, await school.student(), { bytes: await bytes(), purpose: 'test' });
  const original = body.variants.find(({ variant }: { variant: string }) => variant === 'original');
  expect(original).toMatchObject({ contentType: type, width: 90, height: 60 });
  const content = await readContent(school, original.url);
  expect((await sharp(content.bytes).metadata()).space).toMatch(/^(srgb|b-w|rgb16)$/);
});
