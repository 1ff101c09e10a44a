import { School, type Client } from '../support/school';
import { forgedCursor } from '../support/forged-cursor';
import { endow } from './ledger-state';

let school: School;
let viewer: Client;
beforeAll(async () => {
  school = await School.open();
  viewer = await school.teacher();
}, 60_000);
afterAll(() => school.close());

const anEarner = async (coins: number, privacy: object = {}): Promise<Client> => {
  const person = await school.student();
  if (coins > 0) await endow(school, person.id, coins);
  await school.database.transaction(() =>
    school.database.run('UPDATE users_usersettings SET privacy_settings = $2 WHERE user_id = $1', [person.id, privacy]),
  );
  return person;
};

test('the leaderboard of a new school is empty, and visitors are refused with 401', async () => {
  expect((await viewer.get('/leaderboard')).body).toEqual({ data: [], page: { nextCursor: null, hasMore: false } });
  expect((await school.visitor.get('/leaderboard')).status).toBe(401);
});

test('the leaderboard lists users by earned coins, without hidden and closed accounts and those who earned nothing', async () => {
  const [ann, bob, cat] = [
    await anEarner(30),
    await anEarner(50, { hideFromLeaderboard: false }),
    await anEarner(30, { other: 1 }),
  ];
  await anEarner(90, { hideFromLeaderboard: true });
  await anEarner(0);
  const closed = await anEarner(70);
  await school.database.transaction(() =>
    school.database.run('UPDATE users_user SET is_active = $2 WHERE id = $1', [closed.id, false]),
  );
  await ann.post('/coins/transfers', { recipientId: bob.id, amount: 30 });
  const { data } = (await viewer.get('/leaderboard')).body;
  expect(data).toEqual([
    { rank: 1, user: { id: bob.id, username: bob.username }, totalEarned: 50 },
    { rank: 2, user: { id: cat.id, username: cat.username }, totalEarned: 30 },
    { rank: 3, user: { id: ann.id, username: ann.username }, totalEarned: 30 },
  ]);
});

test('the pages of the leaderboard contain each user once and continue the ranks', async () => {
  for (let index = 0; index < 9; index++) await anEarner(5 + (index % 3));
  const allEntries = (await viewer.get('/leaderboard?limit=100')).body.data;
  const listedEntries: unknown[] = [];
  let cursor = '';
  do {
    const cursorQuery = cursor ? `&cursor=${cursor}` : '';
    const { data, page } = (await viewer.get(`/leaderboard?limit=5${cursorQuery}`)).body;
    listedEntries.push(...data);
    cursor = page.nextCursor ?? '';
  } while (cursor);
  expect(listedEntries).toEqual(allEntries);
  expect(listedEntries).toHaveLength(12);
});

test('each person reads their own place, also when hidden or without coins, in one statement', async () => {
  const { data } = (await viewer.get('/leaderboard?limit=100')).body;
  for (const { rank, user, totalEarned } of data.slice(0, 4))
    expect((await (await school.signedIn(user)).get('/me/rank')).body).toEqual({ rank, totalEarned });
  const hidden = await anEarner(90, { hideFromLeaderboard: true });
  expect((await hidden.get('/me/rank')).body).toEqual({ rank: null, totalEarned: 90 });
  expect((await viewer.get('/me/rank')).body).toEqual({ rank: null, totalEarned: 0 });
  expect((await school.statements(() => viewer.get('/me/rank'))).statements).toHaveLength(1);
});

test('a page of the leaderboard costs one statement', async () => {
  await viewer.get('/me/coins');
  expect((await school.statements(() => viewer.get('/leaderboard'))).statements).toHaveLength(1);
});

test('a forged leaderboard cursor is refused if its types are wrong, and otherwise gives a page', async () => {
  const { nextCursor } = (await viewer.get('/leaderboard?limit=1')).body.page;
  const forged = (...values: unknown[]) => forgedCursor(nextCursor, 'leaderboard', ...values);
  expect((await viewer.get(`/leaderboard?cursor=${forged('x', 1, 1)}`)).body.code).toBe('INVALID_CURSOR');
  expect((await viewer.get(`/leaderboard?cursor=${forged(2 ** 40, 2 ** 40, 1)}`)).status).toBe(200);
  expect((await viewer.get('/leaderboard?withTotal=true')).status).toBe(422);
});
