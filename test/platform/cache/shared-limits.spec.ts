import { describeWithRedis, startRedis, untilCacheServerIs, type TestRedis } from '../../support/redis';
import { School } from '../../support/school';
import { goodPassword } from '../../users/user-fixtures';

const limits = {
  RATE_LIMIT_PER_MINUTE: '6',
  CREDENTIAL_RATE_LIMIT_PER_MINUTE: '3',
  REGISTRATION_LIMIT_PER_HOUR: '3',
  PEOPLE_LOOKUPS_PER_MINUTE: '3',
};

/** Sends the requests one after another to the processes in turn, and returns the statuses. */
async function inTurn(schools: School[], count: number, request: (school: School) => Promise<{ status: number }>) {
  const statuses: number[] = [];
  for (let index = 0; index < count; index++) statuses.push((await request(schools[index % schools.length]!)).status);
  return statuses;
}

let guessed = 0;
/** Each guess names another person, because guesses at one account have a limit in the database. */
const guess = (school: School) =>
  school.visitor.post('/auth/login', { login: `nobody${++guessed}`, password: 'wrong-password' });
let registered = 0;
const signUp = (school: School) => {
  const username = `newcomer${++registered}`;
  const person = { username, email: `${username}@school.test`, password: goodPassword, role: 'student' };
  return school.visitor.post('/auth/register', person);
};

async function openTwo(environment: Record<string, string>): Promise<School[]> {
  const one = await School.open({ environment: { ...limits, ...environment } });
  return [one, await School.open({ url: one.url, environment: { ...limits, ...environment } })];
}

const close = async (schools: School[]): Promise<void> => {
  for (const school of schools.toReversed()) await school.close();
};

test('two processes without a cache server allow twice the limit', async () => {
  const schools = await openTwo({});
  expect(await inTurn(schools, 8, guess)).toEqual([401, 401, 401, 401, 401, 401, 429, 429]);
  await close(schools);
});

describeWithRedis('two processes with a cache server', () => {
  let redis: TestRedis;
  let schools: School[];
  beforeEach(async () => {
    redis = await startRedis();
    schools = await openTwo({ CACHE_URL: redis.url });
  });
  afterEach(async () => {
    await close(schools);
    await redis.end();
  });

  test('count the requests of a user together', async () => {
    const ann = await schools[0]!.student();
    const { RATE_LIMIT_PER_MINUTE: max } = limits;
    const read = (school: School) =>
      school.app
        .inject({ url: '/api/v1/me', headers: { authorization: `Bearer ${ann.token}` } })
        .then(({ statusCode, headers }) => ({ status: statusCode, headers }));
    expect(await inTurn(schools, 8, read)).toEqual([...Array(Number(max)).fill(200), 429, 429]);
    const { headers } = await read(schools[0]!);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    // Health checks are counted separately.
    expect((await schools[0]!.visitor.get('//health/live')).status).toBe(200);
  });

  test('count wrong passwords, registrations and lookups together', async () => {
    expect(await inTurn(schools, 4, signUp)).toEqual([201, 201, 201, 429]);
    expect(await inTurn(schools, 5, guess)).toEqual([401, 401, 401, 429, 429]);
    const ann = await schools[0]!.student();
    const lookUp = (school: School) =>
      school.app
        .inject({ url: '/api/v1/users/lookup?username=nobody', headers: { authorization: `Bearer ${ann.token}` } })
        .then(({ statusCode }) => ({ status: statusCode }));
    expect(await inTurn(schools, 5, lookUp)).toEqual([404, 404, 404, 429, 429]);
  });

  test('count alone while the server does not respond, and together again afterwards', async () => {
    expect(await inTurn(schools, 2, guess)).toEqual([401, 401]);
    redis.proxy.pause();
    expect(await inTurn(schools, 8, guess)).toEqual([401, 401, 401, 401, 401, 401, 429, 429]);
    redis.proxy.resume();
    for (const school of schools) await untilCacheServerIs('up', school);
    expect(await inTurn(schools, 3, guess)).toEqual([401, 429, 429]);
  });
});
