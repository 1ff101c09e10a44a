import { Client, School } from '../support/school';

let school: School;
let admin: Client;
let giulia: Client;
beforeAll(async () => {
  school = await School.open({ environment: { PEOPLE_LOOKUPS_PER_MINUTE: '1000' } });
  admin = await school.admin();
  giulia = await school.student({ username: 'giulia' });
});
afterAll(() => school.close());

const lookUp = (username: string, by = giulia) => by.get(`/users/lookup?username=${encodeURIComponent(username)}`);
const hide = (person: Client) => person.patch('/me/settings', { privacySettings: { hideFromLookup: true } });

describe('GET /users/lookup', () => {
  test('finds a person by the exact username without an address, and ignores the case of A to Z', async () => {
    const noor = await school.student({ username: 'Noor.K' });
    expect((await lookUp('noor.k')).body).toEqual({
      id: noor.id,
      username: 'Noor.K',
      role: 'student',
      profileImage: null,
    });
  });

  test('a part of a username and an address find nobody', async () => {
    await school.student({ username: 'whole.name' });
    for (const text of ['whole', 'whole.name ', 'whole%', 'whole_name', 'whole.name@school.test', "'; --"])
      expect((await lookUp(text)).body).toMatchObject({ status: 404, code: 'USER_NOT_FOUND' });
  });

  test('people who hide, who are closed or who have blocked the caller get the response of an unknown name', async () => {
    const [hidden, closed, blocking] = [await school.student(), await school.student(), await school.student()];
    await hide(hidden);
    await admin.delete(`/users/${closed.id}/activation`);
    await blocking.put(`/me/blocks/${giulia.id}`);
    const withoutTrace = async (username: string) => {
      const { status, body } = await lookUp(username);
      return { status, body: { ...body, traceId: '', instance: '' } };
    };
    const unknown = await withoutTrace('nobody.at.all');
    for (const { username } of [hidden, closed, blocking]) expect(await withoutTrace(username)).toEqual(unknown);
    expect((await lookUp(blocking.username, admin)).status).toBe(200);
  });

  test('a found, a hidden and an unknown name cost the same one statement', async () => {
    const [found, hidden] = [await school.student(), await school.student()];
    await hide(hidden);
    const texts = [];
    for (const username of [found.username, hidden.username, 'unknown.name']) {
      const { statements } = await school.statements(() => lookUp(username));
      expect(statements).toHaveLength(1);
      texts.push(statements[0]);
    }
    expect(new Set(texts).size).toBe(1);
  });

  test('a visitor gets 401', async () => {
    expect((await school.visitor.get('/users/lookup?username=giulia')).status).toBe(401);
  });
});

describe('the limit of lookups', () => {
  test('counts lookups and transfers by username of one person together, also those that find nobody', async () => {
    const strict = await School.open({ environment: { PEOPLE_LOOKUPS_PER_MINUTE: '3' } });
    const [anna, bruno] = [await strict.student(), await strict.student()];
    const transfer = () => anna.post('/coins/transfers', { recipientUsername: 'nobody', amount: 1 });
    expect((await anna.get(`/users/lookup?username=${bruno.username}`)).status).toBe(200);
    expect((await anna.get('/users/lookup?username=nobody')).status).toBe(404);
    expect((await transfer()).status).toBe(422);
    const limited = await transfer();
    expect(limited.body).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    expect((await anna.get('/users/lookup?username=nobody')).status).toBe(429);
    expect((await bruno.get('/users/lookup?username=nobody')).status).toBe(404);
    expect((await anna.get('/me')).status).toBe(200);
    await strict.close();
  });
});
