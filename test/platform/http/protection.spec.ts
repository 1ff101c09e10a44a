import { openGallery, type Gallery } from './gallery';

const url = '/api/v1/paintings';
let gallery: Gallery;

describe('every answer', () => {
  beforeAll(async () => {
    gallery = await openGallery({ CORS_ORIGINS: 'https://school.example' });
  });
  afterAll(() => gallery.app.close());

  test.each([[url], ['/api/v1/nowhere'], [`${url}/%zz`]])(
    '%s may load and run nothing in a browser',
    async (address) => {
      const { headers } = await gallery.ask({ url: address });
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
    },
  );

  test('is readable from the listed origins only', async () => {
    const from = async (origin: string) => (await gallery.ask({ url, headers: { origin } })).headers;
    expect((await from('https://school.example'))['access-control-allow-origin']).toBe('https://school.example');
    expect((await from('https://school.example.evil.example'))['access-control-allow-origin']).toBeUndefined();
  });

  test('a forwarded header is a stranger’s word when no proxy is trusted', async () => {
    const answer = await gallery.ask({ url, headers: { 'x-forwarded-proto': 'https' } });
    expect(answer.headers['strict-transport-security']).toBeUndefined();
  });
});

describe('behind one proxy', () => {
  beforeAll(async () => {
    gallery = await openGallery({ TRUST_PROXY_HOPS: '1', CREDENTIAL_RATE_LIMIT_PER_MINUTE: '2' });
  });
  afterAll(() => gallery.app.close());

  const buy = (forwarded: string) =>
    gallery.ask({ method: 'POST', url: '/api/v1/tickets', headers: { 'x-forwarded-for': forwarded } });

  test('its word counts, for one hop', async () => {
    expect((await buy('203.0.113.1')).statusCode).toBe(204);
    expect((await buy('203.0.113.1')).statusCode).toBe(204);
    const refused = await buy('203.0.113.1');
    expect(refused.json()).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await buy('203.0.113.2')).statusCode).toBe(204);
    // What the caller wrote into the header himself stands left of what the proxy added: it must not make a new person.
    expect((await buy('198.51.100.77, 203.0.113.1')).statusCode).toBe(429);
  });

  test('HTTPS at the proxy is HTTPS', async () => {
    const answer = await gallery.ask({ url, headers: { 'x-forwarded-proto': 'https' } });
    expect(answer.headers['strict-transport-security']).toMatch(/^max-age=/);
  });

  test('one network of IPv6 addresses is one caller', async () => {
    expect((await buy('2001:db8::1')).statusCode).toBe(204);
    expect((await buy('2001:db8::2')).statusCode).toBe(204);
    expect((await buy('2001:db8::3')).statusCode).toBe(429);
  });
});

describe('the general limit', () => {
  beforeAll(async () => {
    gallery = await openGallery({ RATE_LIMIT_PER_MINUTE: '3' });
  });
  afterAll(() => gallery.app.close());

  test('counts down in the answers, then refuses; probes are counted apart', async () => {
    const left = async () => (await gallery.ask({ url })).headers['ratelimit-remaining'];
    expect([await left(), await left(), await left()]).toEqual(['2', '1', '0']);
    expect((await gallery.ask({ url })).statusCode).toBe(429);
    for (let i = 0; i < 3; i++) expect((await gallery.ask({ url: '/health/ready' })).statusCode).toBe(200);
    expect((await gallery.ask({ url: '/health/ready' })).statusCode).toBe(429);
  });
});
