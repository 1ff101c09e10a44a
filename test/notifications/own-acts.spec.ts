import { School } from '../support/school';
import { anEnrolledStudent, aPublishedCourse } from '../support/courses';
import { notificationsOf, unreadCountOf } from './notification-fixtures';

let school: School;
beforeAll(async () => (school = await School.open()));
afterEach(() => school.clock.stopAt(null));
afterAll(() => school.close());

/** Nobody earns the achievements for learning early or late. Accounts are created before, because this noon is in the past. */
const stopClockAtNoon = () => school.clock.stopAt(new Date('2026-06-10T12:00:00Z'));

test('a student who completes a course of six lessons gets two notifications, of the two achievements', async () => {
  const teacher = await school.teacher();
  const course = await aPublishedCourse(school, teacher.id, { lessons: 6 });
  const student = await anEnrolledStudent(school, course);
  stopClockAtNoon();
  for (const lesson of course.lessons) {
    const completed = await student.put(`/lessons/${lesson}/completion`, { timeSpentMinutes: 20 });
    expect(completed.status).toBe(200);
    await school.settle();
  }
  expect((await student.get('/me/coins')).body.balance).toBe(6 * 10 + 50 + 2 * 25);
  expect(await notificationsOf(student)).toMatchObject([
    { type: 'achievement_unlocked', message: expect.stringContaining('You have earned 25 TeoCoins.') },
    { type: 'achievement_unlocked', message: expect.stringContaining('You have earned 25 TeoCoins.') },
  ]);
  expect(await unreadCountOf(school, student.id)).toBe(2);
});

test('a student whose course is completed by a change of the teacher is notified of the course and its coins', async () => {
  const teacher = await school.teacher();
  const course = await aPublishedCourse(school, teacher.id, { lessons: 2 });
  const student = await anEnrolledStudent(school, course);
  stopClockAtNoon();
  await student.put(`/lessons/${course.lessons[0]}/completion`, {});
  expect((await teacher.delete(`/lessons/${course.lessons[1]}`)).status).toBeLessThan(300);
  await school.settle();
  const types = (await notificationsOf(student)).map(({ type }) => type);
  expect(types.sort()).toEqual(['achievement_unlocked', 'achievement_unlocked', 'course_completed', 'teocoin_earned']);
});

test('coins that an administrator takes, by an adjustment or a reversal, are told to the person', async () => {
  const admin = await school.admin();
  const student = await school.student();
  const gift = await admin.post('/rewards/manual', { userId: student.id, amount: 100, reason: 'First prize' });
  const reason = 'Paid to the wrong account';
  await admin.post('/rewards/adjustments', { userId: student.id, amount: -30, reason });
  const { id } = gift.body.transactions[0];
  const refused = await admin.post('/rewards/reversals', { transactionId: id, reason });
  expect(refused.status).toBe(409);
  await admin.post('/rewards/adjustments', { userId: student.id, amount: 30, reason: 'Sorry' });
  expect((await admin.post('/rewards/reversals', { transactionId: id, reason })).status).toBeLessThan(300);
  await school.settle();
  const messages = (await notificationsOf(student, 'balance_corrected')).map(({ message }) => message);
  expect(messages.sort()).toEqual([
    'The school has added 30 TeoCoins to your balance. Reason: Sorry',
    `The school has taken 100 TeoCoins from your balance. An earlier transaction was reversed. Reason: ${reason}`,
    `The school has taken 30 TeoCoins from your balance. Reason: ${reason}`,
  ]);
});
