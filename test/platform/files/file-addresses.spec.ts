import { School, type Client } from '../../support/school';
import { newFileFolder, picture, readContent, registerPurpose, upload } from '../../support/stored-files';

let school: School;
let owner: Client;
beforeAll(async () => {
  school = await School.open({ environment: newFileFolder().settings });
  registerPurpose(school, 'test');
  owner = await school.student();
});
afterAll(() => school.close());

async function send(): Promise<Record<string, string>> {
  const { body } = await upload(school, owner, { bytes: await picture().png().toBuffer(), purpose: 'test' });
  return Object.fromEntries(body.variants.map(({ variant, url }: { variant: string; url: string }) => [variant, url]));
}

const changed = (address: string, change: (url: URL) => void): string => {
  const url = new URL(address);
  change(url);
  return url.href;
};
const codeOf = async (address: string): Promise<string> =>
  JSON.parse(String((await readContent(school, address)).bytes)).code;

test('an address does not work for another file, variant or time, and its signature cannot be guessed', async () => {
  const [first, second] = [await send(), await send()];
  const address = first['320']!;
  const wrong = [
    changed(address, (url) => (url.pathname = new URL(second['320']!).pathname)),
    changed(address, ({ searchParams }) => searchParams.set('variant', 'original')),
    changed(address, ({ searchParams }) =>
      searchParams.set('expires', String(Number(searchParams.get('expires')) + 3_600)),
    ),
    changed(address, ({ searchParams }) => searchParams.set('signature', 'A'.repeat(43))),
    changed(address, ({ searchParams }) => searchParams.set('signature', 'A')),
  ];
  for (const each of wrong) expect(await codeOf(each)).toBe('FILE_NOT_FOUND');
  expect((await readContent(school, address)).status).toBe(200);
});

test('an address is the same for an hour, works for one to two hours, and then has expired', async () => {
  const start = new Date('2026-12-01T10:00:00Z').getTime();
  const at = <T>(minutes: number, work: () => Promise<T>): Promise<T> =>
    school.clock.at(new Date(start + minutes * 60_000), work);
  const [now, later, next] = [await at(1, send), await at(59, send), await at(61, send)];
  const expiry = (addresses: Record<string, string>): string | null =>
    new URL(addresses['320']!).searchParams.get('expires');
  expect(expiry(later)).toBe(expiry(now));
  expect(expiry(next)).not.toBe(expiry(now));
  expect(await at(119, async () => (await readContent(school, now['320']!)).status)).toBe(200);
  expect(await at(120, () => codeOf(now['320']!))).toBe('FILE_ADDRESS_EXPIRED');
});

test('a browser keeps a picture, and asks only for a part of a file or whether it has changed', async () => {
  const address = (await send()).original!;
  const whole = await readContent(school, address);
  expect(whole.headers['cache-control']).toMatch(/^private, max-age=\d+, immutable$/);
  const part = await readContent(school, address, { range: 'bytes=10-19' });
  expect(part).toMatchObject({ status: 206, headers: { 'content-range': `bytes 10-19/${whole.bytes.length}` } });
  expect(part.bytes.equals(whole.bytes.subarray(10, 20))).toBe(true);
  const end = await readContent(school, address, { range: 'bytes=-5' });
  expect(end.bytes.equals(whole.bytes.subarray(-5))).toBe(true);
  expect((await readContent(school, address, { range: `bytes=${whole.bytes.length}-` })).status).toBe(416);
  expect((await readContent(school, address, { range: 'bytes=0-1,5-6' })).status).toBe(200);
  expect((await readContent(school, address, { 'if-none-match': whole.headers.etag! })).status).toBe(304);
  const { pathname, search } = new URL(address);
  const head = await school.app.inject({ method: 'HEAD', url: pathname + search });
  expect([head.statusCode, head.headers['content-length']]).toEqual([200, String(whole.bytes.length)]);
});
