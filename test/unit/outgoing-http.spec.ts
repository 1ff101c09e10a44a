import type { LookupAddress } from 'node:dns';
import { Config, type Environment } from '../../src/platform/config/config';
import { OutgoingHttp } from '../../src/platform/outgoing-http/outgoing-http';
import { isPublicAddress } from '../../src/platform/outgoing-http/public-address';
import { HttpReceiver } from '../support/http-receiver';

let receiver: HttpReceiver;
const opened: OutgoingHttp[] = [];
beforeAll(async () => {
  receiver = await HttpReceiver.start();
});
beforeEach(() => receiver.reset());
afterAll(async () => {
  for (const outgoing of opened) outgoing.onApplicationShutdown();
  await receiver.stop();
});

function open(more: Environment = {}): OutgoingHttp {
  const outgoing = new OutgoingHttp(new Config({ NODE_ENV: 'test', OUTGOING_TIMEOUT_MS: '400', ...more }));
  opened.push(outgoing);
  return outgoing;
}
const production: Environment = {
  NODE_ENV: 'production',
  AUTH_SECRET: 'nR7!fq0Zt2-bW9xKd4mVhC6uYp1sLg8e',
  TRUST_PROXY_HOPS: '0',
  PUBLIC_URL: 'https://school.example',
};
const post = (outgoing: OutgoingHttp, url: string) => outgoing.post(url, { 'content-type': 'text/plain' }, 'ink');

/** Answers each lookup with the next list of addresses. Returns the names that were looked up. */
function answerLookups(outgoing: OutgoingHttp, ...answers: string[][]): string[] {
  const names: string[] = [];
  outgoing.resolve = ((name: string, _options: object, callback: (error: null, found: LookupAddress[]) => void) => {
    names.push(name);
    const found = answers[Math.min(names.length, answers.length) - 1]!;
    callback(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  }) as unknown as OutgoingHttp['resolve'];
  return names;
}

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.8',
  '192.168.1.1',
  '198.18.0.1',
  '203.0.113.5',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::7f00:1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:8.8.8.8',
  '64:ff9b::7f00:1',
  '64:ff9b:1::a00:1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
])('%s is not an address of the internet', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001::200e'])(
  '%s is an address of the internet',
  (address) => expect(isPublicAddress(address)).toBe(true),
);

test.each([
  'https://127.0.0.1/',
  'https://2130706433/',
  'https://0177.0.0.1/',
  'https://0x7f.1/',
  'https://127.1/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[0:0:0:0:0:ffff:7f00:1]/',
  'https://169.254.169.254/latest/meta-data',
  'https://①②⑦.0.0.1/',
])('%s is refused before anything is sent', async (url) => {
  const outgoing = open(production);
  const names = answerLookups(outgoing, ['8.8.8.8']);
  expect(outgoing.problemOf(url)).toBe('must name a computer on the internet');
  await expect(post(outgoing, url)).rejects.toThrow('must name a computer on the internet');
  expect(names).toEqual([]);
});

test.each([
  ['school', 'must be a URL'],
  ['http://school.example/', 'must start with https://'],
  ['file:///etc/passwd', 'must start with https://'],
  ['https://me:secret@school.example/', 'must not contain a username or a password'],
])('in production %s is refused', (url, problem) => {
  expect(open(production).problemOf(url)).toBe(problem);
});

test('loopback is open outside production, and in production only if the school says so', () => {
  expect(open().problemOf(receiver.url)).toBeNull();
  expect(open({ OUTGOING_LOOPBACK: 'off' }).problemOf(receiver.url)).toBe('must name a computer on the internet');
  expect(open({ ...production, OUTGOING_LOOPBACK: 'on' }).problemOf('https://127.0.0.1:8443/')).toBeNull();
  expect(open().problemOf('http://10.0.0.1/')).toBe('must name a computer on the internet');
});

test('a name is resolved once for each connection, and the connection uses the address that was checked', async () => {
  const outgoing = open();
  receiver.onRequest = () => ({ status: 200, headers: { connection: 'close' } });
  const names = answerLookups(outgoing, ['127.0.0.1'], ['169.254.169.254'], ['127.0.0.1', '10.0.0.1']);
  const url = `http://rebinding.example:${receiver.port}/hook`;
  expect(await post(outgoing, url)).toEqual({ status: 200, retryAfterMs: null });
  expect(names).toEqual(['rebinding.example']);
  await expect(post(outgoing, url)).rejects.toThrow('rebinding.example is not a computer on the internet');
  // One bad address among good ones is enough, because the connection could use it.
  await expect(post(outgoing, url)).rejects.toThrow('rebinding.example is not a computer on the internet');
  expect(names).toHaveLength(3);
  expect(receiver.received).toHaveLength(1);
  expect(receiver.received[0]).toMatchObject({ method: 'POST', path: '/hook', headers: { 'content-length': '3' } });
});

test('localhost is refused where loopback is closed', async () => {
  const outgoing = open({ OUTGOING_LOOPBACK: 'off' });
  await expect(post(outgoing, `http://localhost:${receiver.port}/`)).rejects.toThrow('not a computer on the internet');
  expect(receiver.received).toEqual([]);
});

test('a redirect is not followed', async () => {
  receiver.onRequest = () => ({ status: 307, headers: { location: `${receiver.url}/other` } });
  expect(await post(open(), receiver.url)).toMatchObject({ status: 307 });
  expect(receiver.received.map(({ path }) => path)).toEqual(['/']);
});

test('a receiver that does not answer, or drops the connection, is an error', async () => {
  receiver.onRequest = () => 'hang';
  await expect(post(open(), receiver.url)).rejects.toThrow('There was no response within 400 ms');
  receiver.onRequest = () => 'drop';
  await expect(post(open(), receiver.url)).rejects.toThrow('socket hang up');
});

test('a large response is cut, and its status counts', async () => {
  receiver.onRequest = () => 'endless';
  const cut = receiver.nextCut();
  // The time-out would cut it too, but after the test.
  const outgoing = open({ OUTGOING_TIMEOUT_MS: '60000' });
  expect(await post(outgoing, receiver.url)).toMatchObject({ status: 200 });
  await cut;
});

test('Retry-After is read as seconds and as a date', async () => {
  const answer = (value: string) => (receiver.onRequest = () => ({ status: 503, headers: { 'retry-after': value } }));
  answer('120');
  expect(await post(open(), receiver.url)).toEqual({ status: 503, retryAfterMs: 120_000 });
  answer(new Date(Date.now() - 5_000).toUTCString());
  expect(await post(open(), receiver.url)).toEqual({ status: 503, retryAfterMs: 0 });
  answer('soon');
  expect(await post(open(), receiver.url)).toEqual({ status: 503, retryAfterMs: null });
});
