import { setTimeout as sleep } from 'node:timers/promises';
import { CallScope, inScope } from '../../../src/platform/database/scope/call-scope';
import { int } from '../../../src/platform/database/columns';
import { DeadlinePassed } from '../../../src/platform/database/scope/deadline';
import { RequestTimedOut } from '../../../src/platform/errors/unavailable.errors';
import { School, type Client } from '../../support/school';

let school: School;
let ada: Client;
beforeAll(async () => {
  school = await School.open();
  ada = await school.student();
});
afterAll(() => school.close());

const limitMs = 60;
const late = <T>(work: () => Promise<T>): Promise<T> =>
  inScope(new CallScope('request', 'PATCH /a-test').endWithin(limitMs), work);
const write = (bio: string): Promise<number> =>
  school.database.run('UPDATE users_user SET bio = $1 WHERE id = $2', [bio, ada.id]);
const expectRefused = async (work: Promise<unknown>): Promise<void> => {
  const error: unknown = await work.then(
    () => 'it was done',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RequestTimedOut);
  expect((error as Error).cause).toBeInstanceOf(DeadlinePassed);
  expect((await ada.get('/me')).body.bio).toBe('');
};

it('sends no further statement after the deadline of a request, and rolls its transaction back', () =>
  expectRefused(
    late(() =>
      school.database.transaction(async () => {
        await write('half');
        await sleep(limitMs + 20);
        await write('whole');
      }),
    ),
  ));

it('does not commit a transaction that finishes after the deadline of its request', () =>
  expectRefused(
    late(() =>
      school.database.transaction(async () => {
        await write('too late');
        await sleep(limitMs + 20);
      }),
    ),
  ));

it('neither begins a transaction nor reads after the deadline of a request', () =>
  expectRefused(
    late(async () => {
      await sleep(limitMs + 20);
      await expect(school.database.row({ one: int }, 'SELECT 1 AS one')).rejects.toThrow(RequestTimedOut);
      await school.database.transaction(() => write('later'));
    }),
  ));

it('does not stop a job or the delivery of events, which have no deadline', async () => {
  await inScope(new CallScope('job', 'a test'), async () => {
    await sleep(limitMs + 20);
    await school.database.transaction(() => write('done'));
  });
  expect((await ada.get('/me')).body.bio).toBe('done');
});
