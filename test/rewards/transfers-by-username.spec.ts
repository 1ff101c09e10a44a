import { balanceOf, endow } from './ledger-state';
import { Client, School } from '../support/school';

let school: School;
let admin: Client;
beforeAll(async () => {
  school = await School.open({ environment: { PEOPLE_LOOKUPS_PER_MINUTE: '1000' } });
  admin = await school.admin();
});
afterAll(() => school.close());

const aSender = async (): Promise<Client> => {
  const sender = await school.student();
  await endow(school, sender.id, 100);
  return sender;
};
const send = (sender: Client, order: object, key?: string) =>
  sender.post('/coins/transfers', { amount: 5, ...order }, key === undefined ? {} : { 'idempotency-key': key });
const unknown = {
  status: 422,
  body: { code: 'RECIPIENT_NOT_FOUND', errors: [{ pointer: '/body/recipientUsername' }] },
};

describe('a transfer by username', () => {
  test('moves the coins to the person with exactly this username', async () => {
    const [sender, noor] = [await aSender(), await school.student({ username: 'noor' })];
    const sent = await send(sender, { recipientUsername: 'NOOR' });
    expect(sent).toMatchObject({ status: 201, body: { recipient: { id: noor.id, username: 'noor' }, amount: 5 } });
    expect(sent.headers.location).toBe(`/api/v1/coins/transfers/${sent.body.id}`);
    expect([await balanceOf(school, sender.id), await balanceOf(school, noor.id)]).toEqual([95, 5]);
  });

  test('needs exactly one of username and id', async () => {
    const [sender, friend] = [await aSender(), await school.student()];
    for (const order of [{}, { recipientId: friend.id, recipientUsername: friend.username }])
      expect((await send(sender, order)).body).toMatchObject({ status: 422, code: 'VALIDATION_FAILED' });
    expect((await send(sender, { recipientUsername: sender.username })).body.code).toBe('TRANSFER_TO_ONESELF');
    expect(await balanceOf(school, sender.id)).toBe(100);
  });

  test('to a hidden, closed or blocking person is refused like one to an unknown name, with any amount', async () => {
    const sender = await aSender();
    const [hidden, closed, blocking] = [await school.student(), await school.student(), await school.student()];
    await hidden.patch('/me/settings', { privacySettings: { hideFromLookup: true } });
    await admin.delete(`/users/${closed.id}/activation`);
    await blocking.put(`/me/blocks/${sender.id}`);
    for (const amount of [5, 1_000_000])
      for (const recipientUsername of [hidden.username, closed.username, blocking.username, 'nobody.at.all'])
        expect(await send(sender, { recipientUsername, amount })).toMatchObject(unknown);
    expect((await send(sender, { recipientId: hidden.id })).status).toBe(201);
  });

  test('the same key with the username or the id of the person is the same request', async () => {
    const [sender, friend] = [await aSender(), await school.student()];
    const first = await send(sender, { recipientUsername: friend.username }, 'one-key');
    const again = await send(sender, { recipientId: friend.id }, 'one-key');
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(again.headers['idempotency-replayed']).toBe('true');
    const another = await school.student();
    expect((await send(sender, { recipientUsername: another.username }, 'one-key')).body.code).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    expect(await balanceOf(school, sender.id)).toBe(95);
  });

  test('a repeated request gets its response although the person hides meanwhile', async () => {
    const [sender, friend] = [await aSender(), await school.student()];
    const first = await send(sender, { recipientUsername: friend.username }, 'before-hiding');
    await friend.patch('/me/settings', { privacySettings: { hideFromLookup: true } });
    expect((await send(sender, { recipientUsername: friend.username }, 'before-hiding')).body).toEqual(first.body);
    expect(await send(sender, { recipientUsername: friend.username })).toMatchObject(unknown);
  });

  test('ten concurrent requests with one key move the coins once', async () => {
    const [sender, friend] = [await aSender(), await school.student()];
    const orders = Array.from({ length: 10 }, (_, index) =>
      send(sender, index % 2 ? { recipientId: friend.id } : { recipientUsername: friend.username }, 'ten-times'),
    );
    for (const { status } of await Promise.all(orders)) expect(status).toBe(201);
    expect([await balanceOf(school, sender.id), await balanceOf(school, friend.id)]).toEqual([95, 5]);
  });
});

describe('one transfer and one transaction', () => {
  test('the sender reads the transfer, and both read their own transaction only', async () => {
    const [sender, friend] = [await aSender(), await school.student()];
    const { body: sent } = await send(sender, { recipientId: friend.id, message: 'Thank you' });
    expect((await sender.get(`/coins/transfers/${sent.id}`)).body).toEqual(sent);
    for (const other of [friend, admin])
      expect((await other.get(`/coins/transfers/${sent.id}`)).body.code).toBe('TRANSFER_NOT_FOUND');
    const [listed] = (await sender.get('/me/coins/transactions')).body.data;
    expect((await sender.get(`/me/coins/transactions/${sent.id}`)).body).toEqual(listed);
    expect((await friend.get(`/me/coins/transactions/${sent.id}`)).body.code).toBe('TRANSACTION_NOT_FOUND');
    const [received] = (await friend.get('/me/coins/transactions')).body.data;
    expect((await friend.get(`/coins/transfers/${received.id}`)).body.code).toBe('TRANSFER_NOT_FOUND');
  });

  test('one transfer and one transaction cost one statement each', async () => {
    const [sender, friend] = [await aSender(), await school.student()];
    const { body: sent } = await send(sender, { recipientId: friend.id });
    for (const path of [`/coins/transfers/${sent.id}`, `/me/coins/transactions/${sent.id}`])
      expect((await school.statements(() => sender.get(path))).statements).toHaveLength(1);
  });
});
