import { Earnings, Transfers } from '../../src/modules/rewards';
import { StaffRewards } from '../../src/modules/rewards/grants/staff-rewards';
import { int } from '../../src/platform/database/columns';
import { DomainError } from '../../src/platform/errors/domain-error';
import { School, type Client } from '../support/school';
import { endow, expectNoViolations, rowsAfter, rowsOf } from './ledger-state';
import { random } from './random-operations';
import { scale } from './scale';

let school: School;
beforeAll(async () => {
  school = await School.open({ environment: { DATABASE_POOL_SIZE: '32', DATABASE_POOL_WAIT_MS: '60000' } });
}, 60_000);
afterEach(() => expectNoViolations(school));
afterAll(() => school.close());

test('each of 100 rewards is paid once, although 64 requests claim it at the same time', async () => {
  const ann = await school.student();
  for (let exerciseId = 1; exerciseId <= 100; exerciseId++) {
    const claim = {
      userId: ann.id,
      type: 'earned_exercise' as const,
      amount: 1,
      description: '',
      relatedObject: { type: 'courses.exercise', id: exerciseId },
    };
    const paid = await Promise.all(Array.from({ length: 64 }, () => school.part(Earnings).reward([claim])));
    expect(paid.flat()).toHaveLength(1);
  }
  expect(await rowsOf(school, ann.id)).toHaveLength(100);
}, 300_000);

test('32 concurrent clients with transfers and bulk rewards neither lose nor create coins, and cause no deadlock', async () => {
  const people: Client[] = [];
  for (let index = 0; index < 10; index++) people.push(await school.student());
  for (const { id } of people) await endow(school, id, 200);
  const sumBefore = await sumOf(people);
  // The application retries after a deadlock, so the test counts deadlocks. None must happen, because all locks have the same order.
  const isTransient = jest.spyOn(school.database.dialect, 'isTransient');
  let remainingSteps = 1_500;
  const counts = { sent: 0, refused: 0, given: 0 };

  const nextRandom = random(Number(scale.seed));
  const randomPerson = (): Client => people[Math.floor(nextRandom() * people.length)]!;
  const transfer = async (): Promise<void> => {
    const [sender, recipient] = [randomPerson(), randomPerson()];
    if (sender === recipient) return;
    const order = { recipientId: recipient.id, amount: 1 + Math.floor(nextRandom() * 120), message: '' };
    await school
      .part(Transfers)
      .send(sender.id, order, null)
      .then(() => counts.sent++)
      .catch((error: unknown) => {
        // Only a too small balance is allowed. A deadlock, a lost connection or a broken constraint fails the test.
        if (!(error instanceof DomainError) || error.code !== 'INSUFFICIENT_BALANCE') throw error;
        counts.refused++;
      });
  };
  const admin = await school.admin();
  const give = async (): Promise<void> => {
    const recipients = new Set([randomPerson(), randomPerson(), randomPerson(), randomPerson()]);
    const userIds = [...recipients].map(({ id }) => id);
    await school.part(StaffRewards).giveMany({ userIds }, { amount: 1, reason: 'for all', actorId: admin.id });
    counts.given += userIds.length;
  };
  const client = async (): Promise<void> => {
    while (remainingSteps > 0) {
      remainingSteps -= 1;
      await (remainingSteps % 25 === 0 ? give() : transfer());
    }
  };

  await Promise.all(Array.from({ length: 32 }, client));
  expect(await sumOf(people)).toBe(sumBefore + counts.given);
  expect(counts.sent).toBeGreaterThan(500);
  expect(counts.refused).toBeGreaterThan(50);
  expect(isTransient.mock.results.filter(({ value }) => value === true)).toEqual([]);
  const sides = (await rowsAfter(school)).filter(({ type }) => type.startsWith('transfer_'));
  expect(sides).toHaveLength(2 * counts.sent);
}, 300_000);

const sumOf = async (people: Client[]): Promise<number> => {
  const ids = people.map(({ id }) => id).join(', ');
  const sql = `SELECT sum(teo_coins) AS sum FROM users_user WHERE id IN (${ids})`;
  const row = await school.database.row({ sum: int }, sql);
  return row!.sum;
};
