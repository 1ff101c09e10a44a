import { Earnings, Transfers } from '../../src/modules/rewards';
import { StaffRewards } from '../../src/modules/rewards/grants/staff-rewards';
import { int } from '../../src/platform/database/columns';
import { DomainError } from '../../src/platform/errors/domain-error';
import { School, type Client } from '../support/school';
import { endow, expectCleanBooks, rowsAfter, rowsOf } from './books';
import { random } from './random-operations';
import { scale } from './scale';

let school: School;
beforeAll(async () => {
  school = await School.open({ environment: { DATABASE_POOL_SIZE: '32', DATABASE_POOL_WAIT_MS: '60000' } });
}, 60_000);
afterEach(() => expectCleanBooks(school));
afterAll(() => school.close());

test('the same reward sixty-four times at once, a hundred times over, is paid a hundred times', async () => {
  const ann = await school.student();
  for (let object = 1; object <= 100; object++) {
    const claim = {
      ...{ userId: ann.id, type: 'earned_exercise' as const, amount: 1, description: '' },
      relatedObject: { type: 'courses.exercise', id: object },
    };
    const paid = await Promise.all(Array.from({ length: 64 }, () => school.part(Earnings).reward([claim])));
    expect(paid.flat()).toHaveLength(1);
  }
  expect(await rowsOf(school, ann.id)).toHaveLength(100);
}, 300_000);

test('thirty-two who give to each other, while staff give to all, lose and make no coin', async () => {
  const people: Client[] = [];
  for (let i = 0; i < 10; i++) people.push(await school.student());
  for (const { id } of people) await endow(school, id, 200);
  const before = await sumOf(people);
  // Deadlocks are tried again and do not surface: here none must happen, since everybody takes their locks in one order.
  const transient = jest.spyOn(school.database.dialect, 'isTransient');
  let left = 1_500;
  const tally = { sent: 0, refused: 0, given: 0 };

  const next = random(Number(scale.seed));
  const someone = (): Client => people[Math.floor(next() * people.length)]!;
  const transfer = async (): Promise<void> => {
    const [from, to] = [someone(), someone()];
    if (from === to) return;
    const order = { recipientId: to.id, amount: 1 + Math.floor(next() * 120), message: '' };
    await school
      .part(Transfers)
      .send(from.id, order, null)
      .then(() => tally.sent++)
      .catch((error: unknown) => {
        // A deadlock, a lost connection or a broken constraint must not come out here.
        if (!(error instanceof DomainError) || error.code !== 'INSUFFICIENT_BALANCE') throw error;
        tally.refused++;
      });
  };
  const treasurer = await school.admin();
  const give = async (): Promise<void> => {
    const userIds = [...new Set([someone(), someone(), someone(), someone()])].map(({ id }) => id);
    await school.part(StaffRewards).giveMany({ userIds }, { amount: 1, reason: 'for all', actorId: treasurer.id });
    tally.given += userIds.length;
  };
  const client = async (): Promise<void> => {
    while (left-- > 0) await (left % 25 === 0 ? give() : transfer());
  };

  await Promise.all(Array.from({ length: 32 }, client));
  expect(await sumOf(people)).toBe(before + tally.given);
  expect(tally.sent).toBeGreaterThan(500);
  expect(tally.refused).toBeGreaterThan(50);
  expect(transient.mock.results.filter(({ value }) => value === true)).toEqual([]);
  const legs = (await rowsAfter(school)).filter(({ type }) => type.startsWith('transfer_'));
  expect(legs).toHaveLength(2 * tally.sent);
}, 300_000);

const sumOf = async (people: Client[]): Promise<number> => {
  const ids = people.map(({ id }) => id).join(', ');
  return (await school.database.row({ sum: int }, `SELECT sum(teo_coins) AS sum FROM users_user WHERE id IN (${ids})`))!
    .sum;
};
