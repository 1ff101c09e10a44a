import { int } from '../../../src/platform/database/columns';
import { CallScope, inScope } from '../../../src/platform/database/scope/call-scope';
import { testEngine } from '../../support/database-url';
import { School } from '../../support/school';

const isPostgres = testEngine() === 'postgres';

let school: School;
beforeAll(async () => (school = await School.open()));
afterAll(() => school.close());

const inRequest = <T>(work: () => Promise<T>): Promise<T> => inScope(new CallScope('request', 'GET /test'), work);
const read = (value: number) => school.database.row({ value: int }, 'SELECT CAST($1 AS integer) AS value', [value]);
const failing = () => school.database.row({ value: int }, 'SELECT missing AS value FROM users_user');
/** The backend of the server that executes the statement, on SQLite a constant. */
const session = async (): Promise<number> => {
  const backendSql = isPostgres ? 'pg_backend_pid()' : '1';
  return (await school.database.row({ id: int }, `SELECT ${backendSql} AS id`))!.id;
};

test('reads of one request that start together have one round trip and their own results', async () => {
  const { result, roundTripCount, statements } = await school.statements(() =>
    inRequest(() => Promise.all([read(1), read(2), read(3)])),
  );
  expect(result).toEqual([{ value: 1 }, { value: 2 }, { value: 3 }]);
  expect(statements).toHaveLength(3);
  expect(roundTripCount).toBe(isPostgres ? 1 : 0);
});

test('reads that follow each other have a round trip each', async () => {
  const { roundTripCount } = await school.statements(() =>
    inRequest(async () => {
      await read(1);
      await read(2);
    }),
  );
  expect(roundTripCount).toBe(isPostgres ? 2 : 0);
});

test('reads of one request share a connection, and reads of different requests do not', async () => {
  const [first, second] = await inRequest(() => Promise.all([session(), session()]));
  expect(first).toBe(second);
  const [one, other] = await Promise.all([inRequest(session), inRequest(session)]);
  if (isPostgres) expect(one).not.toBe(other);
});

test('a read that fails does not affect the others, and leaves no connection in use', async () => {
  for (let round = 0; round < 30; round++) {
    const outcomes = await inRequest(() => Promise.allSettled([read(1), failing(), read(3)]));
    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: { value: 1 } },
      { status: 'rejected' },
      { status: 'fulfilled', value: { value: 3 } },
    ]);
  }
  expect(await read(4)).toEqual({ value: 4 });
});

if (isPostgres)
  test('a connection that ends rejects every read that uses it, and the next read works', async () => {
    const end = () =>
      school.database.row({ value: int }, 'SELECT CAST(pg_terminate_backend(pg_backend_pid()) AS integer) AS value');
    const outcomes = await inRequest(() => Promise.allSettled([read(1), end(), read(3)]));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await read(4)).toEqual({ value: 4 });
  });
