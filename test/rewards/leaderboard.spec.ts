import { School, type Client } from '../support/school';
import { endow } from './ledger-state';

let school: School;
let viewer: Client;
beforeAll(async () => {
  school = await School.open();
  viewer = await school.teacher();
}, 60_000);
afterAll(() => school.close());

const earner = async (coins: number, privacy: object = {}): Promise<Client> => {
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
    await earner(30),
    await earner(50, { hideFromLeaderboard: false }),
    await earner(30, { other: 1 }),
  ];
  await earner(90, { hideFromLeaderboard: true });
  await earner(0);
  const closed = await earner(70);
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
  for (let i = 0; i < 9; i++) await earner(5 + (i % 3));
  const all = (await viewer.get('/leaderboard?limit=100')).body.data;
  const seen: unknown[] = [];
  let cursor = '';
  do {
    const { data, page } = (await viewer.get(`/leaderboard?limit=5${cursor && `&cursor=${cursor}`}`)).body;
    seen.push(...data);
    cursor = page.nextCursor ?? '';
  } while (cursor);
  expect(seen).toEqual(all);
  expect(seen).toHaveLength(12);
});

test('a page of the leaderboard costs one statement', async () => {
  await viewer.get('/me/coins');
  expect((await school.statements(() => viewer.get('/leaderboard'))).statements).toHaveLength(1);
});

test('a forged leaderboard cursor is refused if its types are wrong, and otherwise works as a position', async () => {
  const made = (...values: unknown[]) => Buffer.from(JSON.stringify(['leaderboard', ...values])).toString('base64url');
  expect((await viewer.get(`/leaderboard?cursor=${made('x', 1, 1)}`)).body.code).toBe('INVALID_CURSOR');
  expect((await viewer.get(`/leaderboard?cursor=${made(2 ** 40, 2 ** 40, 1)}`)).status).toBe(200);
  expect((await viewer.get('/leaderboard?withTotal=true')).status).toBe(422);
});
