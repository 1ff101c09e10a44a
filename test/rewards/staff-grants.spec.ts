import { School, type Client } from '../support/school';
import { balanceOf, expectNoViolations, rowsOf } from './ledger-state';

const reason = 'The school is ten years old';

let school: School;
let ada: Client;
let eve: Client;
let ann: Client;
let bob: Client;
beforeAll(async () => {
  school = await School.open({ environment: { STAFF_DAILY_COINS: '1000' } });
}, 60_000);
beforeEach(async () => {
  [ada, eve] = [await school.admin(), await school.admin()];
  [ann, bob] = [await school.student(), await school.student()];
});
afterEach(() => expectNoViolations(school));
afterAll(() => school.close());

const outcome = async (request: ReturnType<Client['get']>): Promise<unknown[]> => {
  const { status, body } = await request;
  return body?.code ? [status, body.code] : [status];
};
const giveManually = (administrator: Client, userId: number, amount: number) =>
  administrator.post('/rewards/manual', { userId, amount, reason });
const requestGrant = async (
  requester = ada,
  amount = 5_000,
  userIds = [ann.id, bob.id],
  kind = 'reward',
): Promise<number> => (await requester.post('/rewards/grants', { kind, userIds, amount, reason })).body.id;
const confirm = (administrator: Client, grantId: number, headers = {}) =>
  administrator.post(`/rewards/grants/${grantId}/confirmation`, undefined, headers);

describe('decisions about one’s own coins', () => {
  test('an administrator cannot give coins or achievements to oneself, or correct the own balance', async () => {
    await giveManually(eve, ada.id, 10);
    const [given] = await rowsOf(school, ada.id);
    const ownRequests = [
      giveManually(ada, ada.id, 1),
      ada.post('/rewards/bulk', { userIds: [ann.id, ada.id], amount: 1, reason }),
      ada.post('/rewards/adjustments', { userId: ada.id, amount: 1, reason }),
      ada.post('/rewards/adjustments', { userId: ada.id, amount: -1, reason }),
      ada.post('/rewards/reversals', { transactionId: given!.id, reason }),
      ada.post('/achievements', { userId: ada.id, achievementType: 'art_critic' }),
      ada.post('/rewards/grants', { userIds: [ada.id], amount: 5_000, reason }),
    ];
    for (const request of ownRequests) expect(await outcome(request)).toEqual([403, 'FORBIDDEN']);
    expect([await balanceOf(school, ada.id), await balanceOf(school, ann.id)]).toEqual([10, 0]);
  });

  test('an administrator cannot reverse an own transfer', async () => {
    await giveManually(eve, ada.id, 10);
    await ada.post('/coins/transfers', { recipientId: ann.id, amount: 10 }, { 'idempotency-key': `s${ada.id}` });
    const [sent] = (await rowsOf(school, ada.id)).slice(-1);
    expect(await outcome(ada.post('/rewards/reversals', { transactionId: sent!.id, reason }))).toEqual([
      403,
      'FORBIDDEN',
    ]);
  });
});

describe('the daily limit of an administrator', () => {
  test('gifts of all kinds count against the daily limit together, and the refusal says how much is left', async () => {
    expect(await outcome(giveManually(ada, ann.id, 1_001))).toEqual([409, 'CONFIRMATION_REQUIRED']);
    expect((await giveManually(ada, ann.id, 500)).status).toBe(201);
    expect((await ada.post('/rewards/bulk', { userIds: [ann.id, bob.id], amount: 200, reason })).status).toBe(201);
    const grantedAchievement = { userId: bob.id, achievementType: 'art_critic' };
    expect((await ada.post('/achievements', grantedAchievement)).status).toBe(200);
    const refused = await ada.post('/rewards/adjustments', { userId: ann.id, amount: 76, reason });
    expect(refused.body).toMatchObject({ code: 'CONFIRMATION_REQUIRED', dailyLimit: 1_000, left: 75 });
    expect((await ada.post('/rewards/adjustments', { userId: ann.id, amount: 75, reason })).status).toBe(201);
    expect(await outcome(giveManually(ada, ann.id, 1))).toEqual([409, 'CONFIRMATION_REQUIRED']);
    expect((await giveManually(eve, ann.id, 1)).status).toBe(201);
    expect(await balanceOf(school, ann.id)).toBe(500 + 200 + 75 + 1);
  });

  test('twelve concurrent gifts of 150 coins do not exceed the daily limit of 1,000', async () => {
    const responses = await Promise.all(Array.from({ length: 12 }, () => giveManually(ada, ann.id, 150)));
    expect(responses.filter(({ status }) => status === 201)).toHaveLength(6);
    expect(await balanceOf(school, ann.id)).toBe(900);
  });

  test('a refused gift does not use the daily limit, and the limit starts again on the next day', async () => {
    expect((await giveManually(ada, 999_999, 900)).status).toBe(422);
    expect((await giveManually(ada, ann.id, 1_000)).status).toBe(201);
    const tomorrow = new Date(Date.now() + 24 * 3_600_000);
    const nextDayResponse = await school.clock.at(tomorrow, async () =>
      giveManually(await school.signedIn(ada), ann.id, 1_000),
    );
    expect(nextDayResponse.status).toBe(201);
  });

  test('the daily limit does not apply to negative adjustments', async () => {
    await giveManually(ada, ann.id, 1_000);
    const taken = await ada.post('/rewards/adjustments', { userId: ann.id, amount: -1_000, reason });
    expect(taken.status).toBe(201);
  });
});

describe('a gift with a confirmation', () => {
  test('a gift is requested, listed, confirmed by another administrator, and paid to all recipients in one operation', async () => {
    const id = await requestGrant();
    expect(await balanceOf(school, ann.id)).toBe(0);
    const pendingPage = (await eve.get('/rewards/grants?status=pending&withTotal=true')).body;
    expect(pendingPage.data[0]).toMatchObject({ id, amount: 5_000, recipients: 2, total: 10_000, status: 'pending' });
    expect((await eve.get(`/rewards/grants/${id}`)).body.userIds).toEqual([ann.id, bob.id]);
    const paid = await confirm(eve, id);
    expect(paid.body).toMatchObject({ status: 'paid', requestedById: ada.id, decidedById: eve.id, recipients: 2 });
    const rows = [...(await rowsOf(school, ann.id)), ...(await rowsOf(school, bob.id))];
    expect(rows.map(({ type, amount, actorId, operationId }) => [type, amount, actorId, operationId])).toEqual(
      Array(2).fill(['bulk_reward', 5_000, ada.id, paid.body.operationId]),
    );
    expect((await ann.get('/me/coins')).body.totalEarned).toBe(5_000);
  });

  test('a request is listed as expired after seven days, and no longer as pending', async () => {
    const id = await requestGrant();
    const idsIn = async (state: string): Promise<number[]> => {
      const { data, page } = (await (await school.signedIn(eve)).get(`/rewards/grants?status=${state}&withTotal=true`))
        .body;
      expect(page.total).toBe(data.length);
      return data
        .filter((grant: { status: string }) => grant.status === state)
        .map((grant: { id: number }) => grant.id);
    };
    expect([await idsIn('pending'), await idsIn('expired')]).toEqual([expect.arrayContaining([id]), []]);
    const nextWeek = new Date(Date.now() + 8 * 24 * 3_600_000);
    const [pending, expired] = await school.clock.at(nextWeek, async () => [
      await idsIn('pending'),
      await idsIn('expired'),
    ]);
    expect(pending).toEqual([]);
    expect(expired).toContain(id);
  });

  test('a confirmed gift of kind adjustment does not count as earned', async () => {
    await confirm(eve, await requestGrant(ada, 5_000, [ann.id], 'adjustment'));
    expect((await ann.get('/me/coins')).body).toMatchObject({ balance: 5_000, totalEarned: 0 });
  });

  test('a gift is paid once when three administrators confirm it concurrently', async () => {
    const id = await requestGrant();
    const confirmers = [eve, await school.admin(), await school.admin()];
    const responses = await Promise.all([...confirmers, ...confirmers].map((admin) => confirm(admin, id)));
    expect(responses.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
    expect(await balanceOf(school, ann.id)).toBe(5_000);
  });

  test('a repeated confirmation with the same key returns the first response and pays nothing more', async () => {
    const id = await requestGrant();
    const key = { 'idempotency-key': `confirm${id}` };
    const first = await confirm(eve, id, key);
    expect((await confirm(eve, id, key)).body).toEqual(first.body);
    expect(await balanceOf(school, ann.id)).toBe(5_000);
  });

  test('a gift cannot be confirmed by its requester, by a recipient, or without the role admin', async () => {
    const forEve = await requestGrant(ada, 5_000, [ann.id, eve.id]);
    expect(await outcome(confirm(ada, forEve))).toEqual([403, 'FORBIDDEN']);
    expect(await outcome(confirm(eve, forEve))).toEqual([403, 'FORBIDDEN']);
    for (const client of [ann, await school.teacher()])
      expect(await outcome(confirm(client, forEve))).toEqual([403, 'FORBIDDEN']);
    expect((await confirm(await school.admin(), forEve)).status).toBe(201);
  });

  test('a gift is not paid if its confirmer or its requester is no longer an administrator', async () => {
    const demote = ({ id }: Client) =>
      school.database.transaction(() =>
        school.database.run("UPDATE users_user SET role = 'student' WHERE id = $1", [id]),
      );
    const id = await requestGrant();
    // The actor is cached for ten seconds, so this request still has the old role.
    await eve.get('/me');
    await demote(eve);
    expect(await outcome(confirm(eve, id))).toEqual([403, 'FORBIDDEN']);
    await demote(ada);
    expect(await outcome(confirm(await school.admin(), id))).toEqual([403, 'FORBIDDEN']);
    expect(await balanceOf(school, ann.id)).toBe(0);
  });

  test('a gift can no longer be confirmed after a week', async () => {
    const id = await requestGrant();
    const late = new Date(Date.now() + 8 * 24 * 3_600_000);
    await school.clock.at(late, async () => {
      const client = await school.signedIn(eve);
      expect(await outcome(confirm(client, id))).toEqual([409, 'GRANT_NOT_PENDING']);
      expect((await client.get(`/rewards/grants/${id}`)).body.status).toBe('expired');
    });
  });

  test('a gift that its requester or another administrator declined cannot be confirmed', async () => {
    for (const administrator of [ada, eve]) {
      const id = await requestGrant();
      expect((await administrator.delete(`/rewards/grants/${id}`)).body.status).toBe('declined');
      expect(await outcome(confirm(eve, id))).toEqual([409, 'GRANT_NOT_PENDING']);
    }
    expect(await outcome(eve.delete('/rewards/grants/999999'))).toEqual([404, 'GRANT_NOT_FOUND']);
  });

  test('a confirmed gift to a role pays the active users of the request, and nobody who joined later', async () => {
    const grant = await ada.post('/rewards/grants', { role: 'student', amount: 600, reason });
    const late = await school.student();
    await eve.delete(`/users/${bob.id}/activation`);
    const paid = (await confirm(eve, grant.body.id)).body;
    expect(paid.recipients).toBe(grant.body.recipients - 1);
    expect(await Promise.all([ann, bob, late].map(({ id }) => balanceOf(school, id)))).toEqual([600, 0, 0]);
  });
});
