import { Ledger } from '../../src/modules/rewards';
import { aPublishedCourse, anEnrolledStudent } from '../support/courses';
import { School, type Client } from '../support/school';
import { endow } from './ledger-state';

let school: School;
let admin: Client;
beforeAll(async () => {
  const environment = { YOUNG_ACCOUNT_DAYS: '7', UNUSUAL_COINS_AN_HOUR: '500', UNUSUAL_YOUNG_SENDERS: '3' };
  school = await School.open({ environment });
  admin = await school.admin();
}, 60_000);
afterAll(() => school.close());

const runJob = () => school.job('rewards:find-unusual-accounts');
const listedAccounts = async (client = admin) => (await client.get('/rewards/unusual-accounts')).body.data;
const findings = async () =>
  (await admin.get('/operations/database')).body.findings.filter(({ kind }: any) => kind === 'unusual-account');
let lastKeyNumber = 0;
const transfer = (sender: Client, recipient: Client) => {
  lastKeyNumber += 1;
  const key = { 'idempotency-key': `k${lastKeyNumber}` };
  return sender.post('/coins/transfers', { recipientId: recipient.id, amount: 10 }, key);
};

test('the job finds no unusual account in a school with normal learning', async () => {
  const course = await aPublishedCourse(school, (await school.teacher()).id, { lessons: 3 });
  const ann = await anEnrolledStudent(school, course);
  for (const lesson of course.lessons) await ann.put(`/lessons/${lesson}/completion`, {});
  expect(await runJob()).toEqual({});
  expect([await listedAccounts(), await findings()]).toEqual([[], []]);
});

test('an account that earns too fast is listed once with its largest figure, and shown only to administrators', async () => {
  const course = await aPublishedCourse(school, (await school.teacher()).id, { lessons: 6, lessonReward: 100 });
  const zed = await anEnrolledStudent(school, course);
  for (const lesson of course.lessons) await zed.put(`/lessons/${lesson}/completion`, {});
  await runJob();
  await runJob();
  const [zedsRow, ...otherRows] = await listedAccounts();
  expect(otherRows).toEqual([]);
  expect(zedsRow).toMatchObject({ kind: 'fast_earner', user: { id: zed.id, isActive: true } });
  expect(zedsRow.figure).toBeGreaterThanOrEqual(600);
  expect(await findings()).toMatchObject([{ subject: 'fast_earner', severity: 'warning' }]);
  expect((await zed.get('/rewards/unusual-accounts')).status).toBe(403);
  await admin.delete(`/users/${zed.id}/activation`);
  expect(await findings()).toEqual([]);
});

test('an account that receives coins from many young accounts is found, and one with old senders is not', async () => {
  const [collector, friend] = [await school.student(), await school.student()];
  for (let count = 0; count < 3; count++) {
    const [young, old] = [await school.student(), await school.student()];
    await school.database.transaction(() =>
      school.database.run('UPDATE users_user SET date_joined = $2 WHERE id = $1', [old.id, new Date('2020-01-01')]),
    );
    for (const giver of [young, old]) await endow(school, giver.id, 50);
    for (let repetition = 0; repetition < 2; repetition++) await transfer(young, collector);
    await transfer(old, friend);
  }
  await runJob();
  expect((await listedAccounts()).filter(({ kind }: any) => kind === 'gathering_purse')).toMatchObject([
    { figure: 3, user: { id: collector.id, balance: 60 } },
  ]);
});

test('only senders who were young at the time of their transfer are counted', async () => {
  const collector = await school.student();
  const dayMs = 24 * 3_600_000;
  /** A person who joined so many days ago sends coins to the collector. */
  const sendFromAccountAged = async (days: number) => {
    const giver = await school.student();
    await endow(school, giver.id, 50);
    const joinedAt = new Date(Date.now() - days * dayMs);
    await school.database.transaction(() =>
      school.database.run('UPDATE users_user SET date_joined = $2 WHERE id = $1', [giver.id, joinedAt]),
    );
    await transfer(giver, collector);
  };
  const collectorRows = async () => (await listedAccounts()).filter(({ user }: any) => user.id === collector.id);
  for (const days of [6.99, 6.99, 7.01, 7.01, 12]) await sendFromAccountAged(days);
  await runJob();
  expect(await collectorRows()).toEqual([]);
  await sendFromAccountAged(6.99);
  await school.clock.at(new Date(Date.now() + 6 * dayMs), runJob);
  expect(await collectorRows()).toMatchObject([{ kind: 'gathering_purse', figure: 3 }]);
});

test('coins given by an administrator do not make an account unusual', async () => {
  const ann = await school.student();
  await school.part(Ledger).post([{ userId: ann.id, type: 'manual_reward', amount: 9_000, description: '' }]);
  await runJob();
  expect((await listedAccounts()).map(({ user }: any) => user.id)).not.toContain(ann.id);
});

test('an unusual account is deleted thirty days after it was last found', async () => {
  const later = new Date(Date.now() + 31 * 24 * 3_600_000);
  expect(await school.clock.at(later, runJob)).toMatchObject({ fastEarners: 0, gatheringPurses: 0 });
  expect(await listedAccounts()).toEqual([]);
});
