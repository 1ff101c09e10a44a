import { readdirSync } from 'node:fs';
import sharp from 'sharp';
import { School, type Client } from '../../support/school';
import {
  formWith,
  newFileFolder,
  picture,
  readContent,
  registerPurpose,
  sendForm,
  upload,
} from '../../support/stored-files';

const { folder, settings } = newFileFolder();
let school: School;
let student: Client;
beforeAll(async () => {
  school = await School.open({ environment: { ...settings, FILE_MAX_MB: '1', FILE_UNUSED_MAX_MB: '1000' } });
  registerPurpose(school, 'test');
});
beforeEach(async () => {
  student = await school.student();
});
afterAll(() => school.close());

const storedObjects = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /[0-9a-f]{32}/.test(name));
const send = (bytes: Buffer, name?: string, type?: string): ReturnType<typeof upload> =>
  upload(school, student, { bytes, purpose: 'test', ...(name ? { name } : {}), ...(type ? { type } : {}) });

const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
const html = Buffer.from('<!DOCTYPE html><html><script>alert(1)</script></html>');
/** The beginning of a photo of an iPhone. */
const heic = Buffer.concat([
  Buffer.from([0, 0, 0, 24]),
  Buffer.from('ftypheic\0\0\0\0mif1heic', 'latin1'),
  Buffer.alloc(64),
]);

/** A PNG of zeros, written by hand, because no library makes one that is too large to decode. */
async function pngClaiming(width: number, height: number): Promise<Buffer> {
  const bytes = await picture(8, 8).png().toBuffer();
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}

function crc32(bytes: Buffer): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

const thin = (): Promise<Buffer> => picture(100_000, 1).png().toBuffer();

/** A thousand frames of a small size, of which a reader that decodes all would need gigabytes. */
const animated = async (): Promise<Buffer> => {
  const frames = await sharp({ create: { width: 300, height: 300 * 200, channels: 3, background: 'red' } })
    .raw()
    .toBuffer();
  return sharp(frames, { raw: { width: 300, height: 300 * 200, channels: 3, pageHeight: 300 } })
    .gif({ delay: Array<number>(200).fill(20) })
    .toBuffer();
};

describe('refused, and nothing of it is stored', () => {
  it.each([
    ['an SVG with a script', () => svg, 'FILE_TYPE_REFUSED'],
    ['an SVG that claims to be a PNG', () => svg, 'FILE_TYPE_REFUSED'],
    ['an HTML page', () => html, 'FILE_TYPE_REFUSED'],
    ['a photo in the form HEIC', () => heic, 'FILE_TYPE_REFUSED'],
    ['a program', () => Buffer.from('\x7fELF\x02\x01\x01' + '\0'.repeat(60), 'latin1'), 'FILE_TYPE_REFUSED'],
    ['an archive', () => Buffer.from('PK\x03\x04' + '\0'.repeat(60), 'latin1'), 'FILE_TYPE_REFUSED'],
    ['an empty file', () => Buffer.alloc(0), 'FILE_TYPE_REFUSED'],
    [
      'a JPEG that ends in its middle',
      async () => (await picture(900, 900).jpeg().toBuffer()).subarray(0, 3_000),
      'PICTURE_UNREADABLE',
    ],
    [
      'the first bytes of a PNG before a page',
      async () => Buffer.concat([(await picture().png().toBuffer()).subarray(0, 40), html]),
      'PICTURE_UNREADABLE',
    ],
    ['a PNG of 100,000 × 1', thin, 'PICTURE_TOO_LARGE'],
    ['a PNG that claims 60,000 × 60,000', () => pngClaiming(60_000, 60_000), 'PICTURE_TOO_LARGE'],
    ['a PNG that claims 15,000 × 15,000', () => pngClaiming(15_000, 15_000), 'PICTURE_TOO_LARGE'],
  ])('%s', async (_name, bytes, code) => {
    const before = storedObjects().length;
    const { body } = await send(await bytes());
    expect(body).toMatchObject({ code });
    expect(storedObjects()).toHaveLength(before);
  });

  test('a file above the limit is refused while it arrives', async () => {
    const bytes = Buffer.concat([await picture().png().toBuffer(), Buffer.alloc(1_100_000)]);
    expect((await send(bytes)).body).toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  test.each([
    ['a form without a file', () => Buffer.from('--a-boundary-of-tests--\r\n')],
    ['a form that ends in its middle', async () => formWith(await picture().png().toBuffer()).subarray(0, 200)],
    ['no form at all', () => Buffer.from('nonsense')],
  ])('%s', async (_name, form) => {
    expect((await sendForm(school, student, await form(), 'test')).body).toMatchObject({ code: 'UPLOAD_MALFORMED' });
  });
});

test('HEIC is refused with words that help', async () => {
  expect((await send(heic)).body.detail).toContain('Most Compatible');
});

test('a polyglot of a JPEG and a page loses the page', async () => {
  const { body } = await send(Buffer.concat([await picture().jpeg().toBuffer(), html]), 'page.html', 'text/html');
  for (const { url, contentType } of body.variants) {
    const content = await readContent(school, url);
    expect(content.headers['content-type']).toBe(contentType);
    expect(contentType).toMatch(/^image\//);
    expect(content.bytes.includes('<script>')).toBe(false);
  }
});

test('of an animation the first picture is kept', async () => {
  const { body } = await send(await animated(), 'a.gif');
  const original = body.variants.find(({ variant }: { variant: string }) => variant === 'original');
  const { pages, width, height } = await sharp((await readContent(school, original.url)).bytes).metadata();
  expect({ pages, width, height }).toEqual({ width: 300, height: 300 });
});

test('the name of a file never becomes a path', async () => {
  const bytes = await picture().png().toBuffer();
  const names = ['../../etc/passwd', '..\\..\\x.png', '/etc/shadow', '.htaccess', 'a\u202egnp.exe', 'x'.repeat(400)];
  const shown: string[] = [];
  for (const name of names) shown.push((await send(bytes, name)).body.fileName);
  expect(shown).toEqual(['passwd', 'x.png', 'shadow', 'htaccess', 'agnp.exe', 'x'.repeat(150)]);
});

test('a person cannot keep more unused bytes than allowed', async () => {
  const limited = await School.open({ environment: { ...newFileFolder().settings, FILE_UNUSED_MAX_MB: '1' } });
  registerPurpose(limited, 'test');
  const person = await limited.student();
  const noise = await sharp({
    create: {
      width: 500,
      height: 500,
      channels: 3,
      background: 'red',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .png()
    .toBuffer();
  const codes: unknown[] = [];
  for (let count = 0; count < 3; count++)
    codes.push((await upload(limited, person, { bytes: noise, purpose: 'test' })).body.code);
  expect(codes).toEqual([undefined, 'UPLOAD_QUOTA_REACHED', 'UPLOAD_QUOTA_REACHED']);
  await limited.close();
});
