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
  const bytes = await picture(2400, 1200)
    .withExif({ IFD0: { Make: 'A phone', Orientation: '6' }, IFD3: { GPSLatitude: '45/1 26/1 0/1' } })
    .withIccProfile('p3')
    .jpeg()
    .toBuffer();
  const rotated = await sharp(bytes).withMetadata({ orientation: 6 }).withIccProfile('p3').jpeg().toBuffer();
  const { status, body } = await upload(school, owner, { bytes: rotated, purpose: 'test', name: '../../a b.jpg' });
  expect(status).toBe(201);
  expect(body).toMatchObject({ state: 'clean', fileName: 'a b.jpg' });
  const sizes = Object.fromEntries(body.variants.map((each: any) => [each.variant, [each.width, each.height]]));
  expect(sizes).toEqual({ '320': [320, 640], '960': [960, 1920], '1920': [1200, 2400], original: [1200, 2400] });
  for (const { url, contentType } of body.variants) {
    const content = await readContent(school, url);
    expect(content).toMatchObject({ status: 200, headers: { 'content-type': contentType } });
    const { exif, xmp, orientation, icc } = await sharp(content.bytes).metadata();
    expect({ exif, xmp, orientation }).toEqual({});
    expect(icc!.includes('P3')).toBe(true);
  }
});

test('only the owner sees a file, until it hangs on something that others see', async () => {
  const { body } = await upload(school, owner, { bytes: await picture().png().toBuffer(), purpose: 'test' });
  expect((await owner.get(`/files/${body.id}`)).status).toBe(200);
  expect((await other.get(`/files/${body.id}`)).status).toBe(404);
  await attach(body.id, owner.id, other.id);
  expect((await other.get(`/files/${body.id}`)).body.state).toBe('attached');
});
