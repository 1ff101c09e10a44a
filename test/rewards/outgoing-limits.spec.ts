import { School, type Client } from '../support/school';
import { balanceOf, endow, expectNoViolations } from './ledger-state';

const hourMs = 3_600_000;

let school: School;
let ann: Client;
let bob: Client;
let lastKeyNumber = 0;
/** A new Idempotency-Key, because each transfer needs its own. */
const newKey = () => {
  lastKeyNumber += 1;
  return { 'idempotency-key': `k${lastKeyNumber}` };
};
beforeAll(async () => {
  const environment = { YOUNG_ACCOUNT_DAYS: '7', YOUNG_ACCOUNT_DAILY_COINS: '100', TRANSFERS_PER_PAIR_A_DAY: '3' };
  school = await School.open({ environment });
}, 60_000);
beforeEach(async () => {
  [ann, bob] = [await school.student(), await school.student()];
  await endow(school, ann.id, 1_000);
  school.clock.stopAt(null);
});
afterEach(async () => {
  school.clock.stopAt(null);
  await expectNoViolations(school);
});
afterAll(() => school.close());

const send = (recipient: Client, amount: number, fields = {}) =>
  ann.post('/coins/transfers', { recipientId: recipient.id, amount, ...fields }, newKey());
const setJoinedAt = (client: Client, joinedAt: Date) =>
  school.database.transaction(() =>
    school.database.run('UPDATE users_user SET date_joined = $2 WHERE id = $1', [client.id, joinedAt]),
  );
const makeAccountOld = () => setJoinedAt(ann, new Date(Date.now() - 8 * 24 * hourMs));

describe('the daily limit of a young account', () => {
  test('a young account sends at most 100 coins a day, and the refusal says how many are left and when the day ends', async () => {
    expect((await send(bob, 60)).status).toBe(201);
    const refused = await send(bob, 41);
    expect([refused.status, refused.body.code, refused.body.left]).toEqual([409, 'YOUNG_ACCOUNT_LIMIT', 40]);
    expect(refused.body.resetsAt).toMatch(/T00:00:00\.000Z$/);
    expect(new Date(refused.body.resetsAt).getTime()).toBeGreaterThan(Date.now());
    expect((await send(bob, 40)).status).toBe(201);
    expect((await send(await school.student(), 1)).body).toMatchObject({ code: 'YOUNG_ACCOUNT_LIMIT', left: 0 });
  });

  test('ten concurrent transfers of a young account do not exceed its daily limit', async () => {
    const recipients = await Promise.all(Array.from({ length: 10 }, () => school.student()));
    const responses = await Promise.all(recipients.map((recipient) => send(recipient, 30)));
    expect(responses.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(await balanceOf(school, ann.id)).toBe(910);
  });

  test('a young account that reached its limit gets the first response again for a repeated key', async () => {
    const sendWithSameKey = () =>
      ann.post('/coins/transfers', { recipientId: bob.id, amount: 100 }, { 'idempotency-key': `again${ann.id}` });
    const first = await sendWithSameKey();
    expect((await sendWithSameKey()).body).toEqual(first.body);
  });

  test('an account is no longer young seven days after its date of joining', async () => {
    await setJoinedAt(ann, new Date(Date.now() - (7 * 24 - 1) * hourMs));
    expect((await send(bob, 101)).body.code).toBe('YOUNG_ACCOUNT_LIMIT');
    await makeAccountOld();
    expect((await send(bob, 101)).status).toBe(201);
  });

  test('a young account can send again on the next day', async () => {
    await send(bob, 100);
    const tomorrow = new Date(Date.now() + 24 * hourMs);
    const response = await school.clock.at(tomorrow, async () => {
      const client = await school.signedIn(ann);
      return client.post('/coins/transfers', { recipientId: bob.id, amount: 100 }, newKey());
    });
    expect(response.status).toBe(201);
  });
});

describe('the daily limit for each pair of people', () => {
  test('a person sends at most three transfers a day to the same recipient, and can still send to others', async () => {
    await makeAccountOld();
    for (let count = 0; count < 3; count++) expect((await send(bob, 1)).status).toBe(201);
    expect((await send(bob, 1)).body).toMatchObject({ code: 'TRANSFER_LIMIT_REACHED', perDay: 3 });
    expect((await send(await school.student(), 1)).status).toBe(201);
  });

  test('nine concurrent transfers to the same recipient do not exceed the daily limit', async () => {
    await makeAccountOld();
    const responses = await Promise.all(Array.from({ length: 9 }, () => send(bob, 1)));
    expect(responses.filter(({ status }) => status === 201)).toHaveLength(3);
  });
});

describe('blocks between people', () => {
  test('a transfer to a person who blocked the sender gets the same error as one to an unknown account, until the block is removed', async () => {
    expect((await bob.put(`/me/blocks/${ann.id}`)).status).toBe(204);
    expect((await bob.put(`/me/blocks/${ann.id}`)).status).toBe(204);
    const blocked = await send(bob, 1);
    const unknown = await send({ id: 999_999 } as Client, 1);
    const visibleFields = ({ status, body }: typeof blocked) => [status, body.code, body.detail, body.errors];
    expect(visibleFields(blocked)).toEqual(visibleFields(unknown));
    expect(blocked.body.code).toBe('RECIPIENT_NOT_FOUND');
    await bob.delete(`/me/blocks/${ann.id}`);
    expect((await send(bob, 1)).status).toBe(201);
  });

  test('a block is listed only for the person who created it, and still allows transfers to the blocked person', async () => {
    await ann.put(`/me/blocks/${bob.id}`);
    const ownBlocks = (await ann.get('/me/blocks?withTotal=true')).body;
    expect(ownBlocks).toMatchObject({ data: [{ user: { id: bob.id, username: bob.username } }], page: { total: 1 } });
    expect((await bob.get('/me/blocks')).body.data).toEqual([]);
    expect((await send(bob, 1)).status).toBe(201);
  });

  test('a block of oneself or of an unknown account is refused, and removing a missing block succeeds', async () => {
    expect((await ann.put(`/me/blocks/${ann.id}`)).body.code).toBe('BLOCK_OF_ONESELF');
    expect((await ann.put('/me/blocks/999999')).body.code).toBe('USER_NOT_FOUND');
    expect((await ann.delete('/me/blocks/999999')).body.code).toBe('USER_NOT_FOUND');
    expect((await ann.delete(`/me/blocks/${bob.id}`)).status).toBe(204);
  });
});

test('the notification of a transfer contains no clickable link from its message', async () => {
  await send(bob, 1, { message: 'Claim at https://evil.example/pay or www.evil.example' });
  await school.settle();
  const [notification] = (await bob.get('/me/notifications')).body.data;
  expect(notification.message).toContain('Claim at https: //evil. example/pay or www. evil. example');
});

test('the daily limit starts again at midnight UTC', async () => {
  const dayAfterTomorrow = new Date(Date.now() + 48 * hourMs).toISOString().slice(0, 10);
  const midnight = new Date(`${dayAfterTomorrow}T00:00:00.000Z`);
  const statusAt = (msAfterMidnight: number) =>
    school.clock.at(new Date(midnight.getTime() + msAfterMidnight), async () => {
      const client = await school.signedIn(ann);
      const order = { recipientId: bob.id, amount: 100 };
      return (await client.post('/coins/transfers', order, newKey())).status;
    });
  expect([await statusAt(-1_000), await statusAt(-100), await statusAt(0)]).toEqual([201, 409, 201]);
});
