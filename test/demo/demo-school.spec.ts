import { demoAccounts, loadDemoSchool } from '../../demo/school';
import { demoPassword, demoStudents, demoTeachers } from '../../demo/people';
import { requireGoodPassword } from '../../src/modules/users/passwords/password-rules';
import type { Role } from '../../src/modules/users';
import { School } from '../support/school';
import { count, driftOf, recomputedStreaks, rowsIn, violations } from './drift';

const day = new Date('2026-11-22T16:20:00Z');

describe('the demo school', () => {
  let school: School;

  beforeAll(async () => {
    school = await School.open();
    school.clock.stopAt(day);
    expect(await demoAccounts(school.app)).toEqual([]);
    expect(await loadDemoSchool(school.app)).toBe(true);
  });
  afterAll(() => school.close());

  it('the demo school has people, courses and sixty days of history', async () => {
    expect(await rowsIn(school, 'users_user')).toBe(1 + demoTeachers.length + demoStudents.length);
    expect(await rowsIn(school, 'courses_course WHERE is_published')).toBe(12);
    expect(await rowsIn(school, 'courses_course_prerequisites')).toBeGreaterThan(2);
    expect(await rowsIn(school, 'courses_lessoncompletion')).toBeGreaterThan(300);
    for (const status of ['pending', 'approved', 'needs_revision'])
      expect(await rowsIn(school, `courses_exercisesubmission WHERE status = '${status}'`)).toBeGreaterThan(5);
    for (const type of ['earned_course', 'earned_achievement', 'transfer_sent'])
      expect(await rowsIn(school, `rewards_teocointransaction WHERE transaction_type = '${type}'`)).toBeGreaterThan(5);
    expect(await rowsIn(school, 'users_userprogress WHERE streak_days >= 7')).toBeGreaterThan(3);
    expect(await rowsIn(school, "users_user WHERE teacher_status = 'pending'")).toBe(1);
  });

  it('the notifications of the demo school have the dates of their events, and some are read', async () => {
    expect(await rowsIn(school, 'platform_outbox')).toBe(0);
    expect(await rowsIn(school, 'notifications_notification WHERE is_read')).toBeGreaterThan(100);
    expect(await rowsIn(school, 'notifications_notification WHERE NOT is_read')).toBeGreaterThan(100);
    const old = 'SELECT count(*) AS n FROM notifications_notification WHERE created_at < $1';
    expect(await count(school, old, [new Date('2026-11-01T00:00:00Z')])).toBeGreaterThan(100);
    expect(await count(school, old.replace('<', '>'), [day])).toBe(0);
  });

  it('the ledger and every stored counter of the demo school are right', async () => {
    expect(await driftOf(school)).toEqual({});
    expect(await violations(school)).toBe(0);
    expect(await recomputedStreaks(school)).toBe(0);
  });

  it('the accounts of the demo school can sign in with a password that the password rules accept', async () => {
    const accounts = await demoAccounts(school.app);
    expect(accounts.map(({ role }) => role)).toEqual(['admin', 'teacher', 'student']);
    for (const { username: login, password, role } of accounts) {
      expect((await school.visitor.post('/auth/login', { login, password })).status).toBe(200);
      requireGoodPassword(password, { username: login, email: `${login}@x`, role: role as Role }, '/body/password');
    }
    for (const { username } of demoStudents)
      requireGoodPassword(demoPassword, { username, email: `${username}@x`, role: 'student' }, '/body/password');
  });

  it('the demo school is the same every time it is loaded on the same day', async () => {
    const second = await School.open();
    second.clock.stopAt(day);
    await loadDemoSchool(second.app);
    expect(await fingerprint(second)).toEqual(await fingerprint(school));
    await second.close();
  });

  it('loading the demo school changes nothing in a database with people', async () => {
    const before = await rowsIn(school, 'courses_lessoncompletion');
    expect(await loadDemoSchool(school.app)).toBe(false);
    expect(await rowsIn(school, 'courses_lessoncompletion')).toBe(before);
  });
});

it('a failure while the demo school is loaded leaves the database empty', async () => {
  const school = await School.open();
  school.clock.stopAt(day);
  const lockKey = school.database.lockKey.bind(school.database);
  // The first prerequisites come late, when teachers and courses are written already.
  school.database.lockKey = (key) =>
    key === 2_001 ? Promise.reject(new Error('loading was interrupted')) : lockKey(key);
  await expect(loadDemoSchool(school.app)).rejects.toThrow('loading was interrupted');
  for (const table of ['users_user', 'courses_course', 'platform_outbox']) expect(await rowsIn(school, table)).toBe(0);
  await school.close();
});

async function fingerprint(school: School): Promise<unknown> {
  const ledger = await school.database.dialect.read(
    `SELECT user_id, sequence, transaction_type, amount, description, related_object_id, balance_after, created_at
     FROM rewards_teocointransaction ORDER BY user_id, sequence`,
    [],
  );
  const notifications = await school.database.dialect.read(
    'SELECT user_id, message, is_read, created_at, read_at FROM notifications_notification ORDER BY user_id, created_at, message',
    [],
  );
  return [ledger.rows, notifications.rows];
}
