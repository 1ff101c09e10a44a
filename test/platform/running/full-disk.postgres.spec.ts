import { unguarded } from '../../../src/platform/database/statements/write-guard';
import { School, type Client } from '../../support/school';

let school: School;
let ada: Client;
beforeAll(async () => {
  school = await School.open();
  ada = await school.student();
});
afterAll(() => school.close());

const sql = (text: string): Promise<void> =>
  unguarded(async () => {
    const runner = school.database.dialect.dataSource.createQueryRunner();
    await runner.query(text);
    await runner.release();
  });

/** Raises the error in a trigger, as the server itself would during a statement. */
async function withFault(code: string, work: () => Promise<void>): Promise<void> {
  await sql(`CREATE FUNCTION test_fault() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '${code}'; END $$`);
  await sql('CREATE TRIGGER test_fault BEFORE UPDATE ON users_user EXECUTE FUNCTION test_fault()');
  try {
    await work();
  } finally {
    await sql('DROP FUNCTION test_fault() CASCADE');
  }
}

it.each([
  ['the disk is full', '53100'],
  ['there is no memory', '53200'],
  ['a limit of the database server is reached', '53400'],
  ['the volume of the database server fails', '58030'],
  ['a file of the database server is missing', '58P01'],
  ['the database server shuts down', '57P01'],
  ['the database server recovers', '57P03'],
  ['a lock is not available', '55P03'],
  ['the database server has become a read-only copy', '25006'],
])('a write gets a 503 with Retry-After when %s, and works again afterwards', async (_, code) => {
  await withFault(code, async () => {
    const { status, headers, body } = await ada.patch('/me', { bio: code });
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'DATABASE_UNAVAILABLE', '2']);
  });
  expect((await ada.patch('/me', { bio: `after ${code}` })).body.bio).toBe(`after ${code}`);
});
