import { School, type Client } from '../support/school';
import { requiresKey } from '../support/contract';
import { balanceOf } from './ledger-state';

let school: School;
let admin: Client;
beforeAll(async () => {
  school = await School.open();
  admin = await school.admin();
});
afterAll(() => school.close());

/** Sends a request without the test client, because that client adds a key that is missing. */
const post = (url: string, payload: object, key?: string) =>
  school.app.inject({
    method: 'POST',
    url: `/api/v1${url}`,
    payload,
    headers: { authorization: `Bearer ${admin.token}`, ...(key === undefined ? {} : { 'idempotency-key': key }) },
  });

test('the OpenAPI document requires an Idempotency-Key for each route that moves coins or writes to a whole course', () => {
  const routes = Object.entries(school.document.paths).flatMap(([path, item]) =>
    Object.keys(item as object).map((method) => `${method} ${path}`),
  );
  const requiringKey = routes.filter((route) => {
    const [method = '', path = ''] = route.split(' ');
    return requiresKey(school.document, method, path);
  });
  expect(requiringKey.map((route) => route.replace('/api/v1', ''))).toEqual([
    'post /achievements',
    'post /coins/transfers',
    'post /coins/withdrawals',
    'post /coins/withdrawals/{id}/decisions',
    'post /courses/{id}/messages',
    'post /rewards/adjustments',
    'post /rewards/bulk',
    'post /rewards/grants',
    'post /rewards/grants/{id}/confirmation',
    'post /rewards/manual',
    'post /rewards/reversals',
  ]);
});

test.each([
  ['/achievements'],
  ['/coins/transfers'],
  ['/coins/withdrawals'],
  ['/coins/withdrawals/1/decisions'],
  ['/rewards/adjustments'],
  ['/rewards/bulk'],
  ['/rewards/manual'],
  ['/rewards/reversals'],
])('POST %s without an Idempotency-Key is refused with 400', async (url) => {
  const response = await post(url, {});
  expect(response.json()).toMatchObject({ status: 400, code: 'IDEMPOTENCY_KEY_REQUIRED' });
});

test('a bulk reward that is sent twice with the same key pays each recipient once', async () => {
  const students = [await school.student(), await school.student()];
  const gift = { userIds: students.map(({ id }) => id), amount: 10, reason: 'Well hung' };
  const balances = async () => Promise.all(students.map(({ id }) => balanceOf(school, id)));
  expect((await post('/rewards/bulk', gift)).statusCode).toBe(400);
  expect(await balances()).toEqual([0, 0]);
  const responses = await Promise.all([post('/rewards/bulk', gift, 'click'), post('/rewards/bulk', gift, 'click')]);
  expect(responses.map(({ statusCode }) => statusCode)).toEqual([201, 201]);
  expect(await balances()).toEqual([10, 10]);
});
