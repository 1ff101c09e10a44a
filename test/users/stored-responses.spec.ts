import { School, type Client } from '../support/school';

let school: School;
let admin: Client;
beforeAll(async () => {
  school = await School.open();
  admin = await school.admin();
});
afterAll(() => school.close());

const ownPaths = ['', '/sessions', '/security-events', '/second-factor', '/passkeys', '/api-keys'];

test('no cache keeps a response about an account, not even that of the browser', async () => {
  const student = await school.student();
  const aboutOther = ['/sessions', '/security-events', '/overview'].map((path) => `/users/${student.id}${path}`);
  const paths = [...ownPaths.map((path) => `/me${path}`), '/users', ...aboutOther, '/operations/mails'];
  for (const path of paths) {
    const { status, headers } = await admin.get(path);
    expect([path, status, headers['cache-control']]).toEqual([path, 200, 'no-store']);
  }
});

test('a client that keeps the account in its memory still gets a 304', async () => {
  const { headers } = await admin.get('/me');
  expect((await admin.get('/me', { 'if-none-match': headers.etag! })).status).toBe(304);
});
