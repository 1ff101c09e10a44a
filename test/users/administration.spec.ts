import { aPublishedCourse, anEnrolledStudent } from '../support/courses';
import { Client, School } from '../support/school';
import { advanceClock, statusesOf } from './user-fixtures';

let school: School;
let admin: Client;
beforeAll(async () => {
  school = await School.open();
  admin = await school.admin();
});
afterAll(() => school.close());

const reason = 'Agreed with the school board';
const changeRole = (person: { id: number }, role: string, by = admin) =>
  by.put(`/users/${person.id}/role`, { role, reason });
const usernamesOf = async (query: string): Promise<string[]> =>
  (await admin.get(`/users?${query}`)).body.data.map(({ username }: { username: string }) => username);

describe('the search of people', () => {
  beforeAll(async () => {
    const names = { firstName: 'Nóra', lastName: "O'Brien-Smith" };
    await (await school.student({ username: 'nb_1990' })).patch('/me', names);
    await school.student({ username: 'other.nora' });
  });

  test.each([
    ['nóra', ['nb_1990']],
    ['brien', ['nb_1990']],
    ['smith nór', ['nb_1990']],
    ['1990', ['nb_1990']],
    ['nb_1990@school.test', ['nb_1990']],
    ['NORA', ['other.nora']],
    ['nora school', ['other.nora']],
    ['nora.brien', []],
    ["'; -- %", []],
  ])('q=%s finds %j on both engines', async (q, usernames) => {
    const found = await usernamesOf(`q=${encodeURIComponent(q)}&withTotal=true`);
    if (q.trim().startsWith("'")) return expect(found.length).toBeGreaterThan(1);
    return expect(found).toEqual(usernames);
  });

  test('a changed name is found by its new words only', async () => {
    const person = await school.student({ username: 'renamed' });
    await person.patch('/me', { firstName: 'Valentina' });
    await person.patch('/me', { firstName: 'Ottavia' });
    expect(await usernamesOf('q=valentina')).toEqual([]);
    expect(await usernamesOf('q=ottavia')).toEqual(['renamed']);
  });

  test('sorts by username over pages, and filters by the time of joining', async () => {
    for (const username of ['Sorted_b', 'sorted_a', 'sorted_C']) await school.student({ username });
    const first = await admin.get('/users?q=sorted&sort=username&limit=2');
    const next = await admin.get(`/users?q=sorted&sort=username&limit=2&cursor=${first.body.page.nextCursor}`);
    const usernames = [...first.body.data, ...next.body.data].map(({ username }) => username);
    expect(usernames).toEqual(['sorted_a', 'Sorted_b', 'sorted_C']);
    expect(await usernamesOf('q=sorted&from=2100-01-01T00:00:00Z')).toEqual([]);
    expect(await usernamesOf('q=sorted&to=2100-01-01T00:00:00Z')).toHaveLength(3);
    expect((await admin.get('/users?from=yesterday')).status).toBe(422);
  });
});

describe('GET /users/{id}/overview', () => {
  test('shows an administrator a person whole in nine statements', async () => {
    const teacher = await school.teacher();
    const course = await aPublishedCourse(school, teacher.id);
    const student = await anEnrolledStudent(school, course);
    await admin.post('/rewards/manual', { userId: student.id, amount: 30, reason: 'Prize' });
    const { result, statements } = await school.statements(() => admin.get(`/users/${student.id}/overview`));
    expect(result.body).toMatchObject({
      account: { id: student.id, email: `${student.username}@school.test` },
      sessions: [{ isCurrent: false }],
      coins: { balance: 30, transactionCount: 1 },
      holdEndsAt: null,
      transactions: [{ id: expect.any(Number), type: 'manual_reward', signedAmount: 30 }],
      enrollments: [{ courseId: course.id, progressPercentage: 0 }],
      submissions: [],
      wallets: [],
    });
    expect(statements.length).toBeLessThanOrEqual(9);
  });

  test('is for administrators only, and an unknown person gets 404', async () => {
    const [student, teacher] = [await school.student(), await school.teacher()];
    for (const path of ['overview', 'transactions', 'enrollments', 'submissions', 'sessions']) {
      for (const caller of [student, teacher])
        expect((await caller.get(`/users/${student.id}/${path}`)).body.code).toBe('FORBIDDEN');
      expect((await admin.get(`/users/999999/${path}`)).body.code).toBe('USER_NOT_FOUND');
      expect((await admin.get(`/users/${teacher.id}/${path}`)).status).toBe(200);
    }
  });
});

describe('the lists of a person', () => {
  test('an administrator finds the id of a transaction, over pages, and reverses it', async () => {
    const student = await school.student();
    for (const amount of [1, 2, 3])
      await admin.post('/rewards/manual', { userId: student.id, amount, reason: 'Prize' });
    const first = await admin.get(`/users/${student.id}/transactions?limit=2&withTotal=true`);
    expect(first.body.page.total).toBe(3);
    const next = await admin.get(`/users/${student.id}/transactions?limit=2&cursor=${first.body.page.nextCursor}`);
    const [oldest] = next.body.data;
    expect(oldest).toMatchObject({ signedAmount: 1 });
    const reversal = await admin.post('/rewards/reversals', { transactionId: oldest.id, reason: 'Wrong person' });
    expect(reversal.status).toBe(201);
    const operation = await admin.get(reversal.headers.location!.slice('/api/v1'.length));
    expect(operation.body.data).toMatchObject([{ user: { id: student.id }, signedAmount: -1 }]);
    expect((await student.get(`/rewards/operations/${reversal.body.operationId}`)).status).toBe(403);
    expect((await admin.get('/rewards/operations/none')).body.code).toBe('TRANSACTION_NOT_FOUND');
  });

  test('an administrator ends all sessions of a person, not their own, and it is recorded', async () => {
    const student = await school.student();
    const second = await school.signedIn(student);
    expect((await admin.get(`/users/${student.id}/sessions?withTotal=true`)).body.page.total).toBe(2);
    expect((await admin.delete(`/users/${student.id}/sessions`)).body).toEqual({ ended: 2 });
    for (const session of [student, second]) expect((await session.get('/me')).status).toBe(401);
    expect((await admin.delete(`/users/${student.id}/sessions`)).body).toEqual({ ended: 0 });
    const events = (await admin.get(`/users/${student.id}/security-events`)).body.data;
    expect(events).toMatchObject([{ kind: 'sessions_ended', actorId: admin.id }]);
    expect((await admin.delete(`/users/${admin.id}/sessions`)).status).toBe(403);
    expect((await (await school.teacher()).delete(`/users/${student.id}/sessions`)).status).toBe(403);
    expect((await admin.delete('/users/999999/sessions')).status).toBe(404);
  });
});

describe('PUT /users/{id}/role', () => {
  test('needs a recent proof', async () => {
    const student = await school.student();
    advanceClock(school, 601);
    expect((await changeRole(student, 'admin')).body.code).toBe('REAUTHENTICATION_REQUIRED');
    school.clock.stopAt(null);
    expect((await student.get('/me')).body.role).toBe('student');
  });

  test('makes a student a teacher who waits for approval, at once, and tells them', async () => {
    const student = await school.student();
    expect((await changeRole(student, 'teacher')).body).toMatchObject({
      role: 'teacher',
      isApproved: false,
      teacherStatus: 'pending',
    });
    expect((await student.get('/me')).body.role).toBe('teacher');
    expect((await student.post('/courses', {})).status).not.toBe(201);
    await changeRole(student, 'teacher');
    const events = (await admin.get(`/users/${student.id}/security-events`)).body.data;
    expect(events).toMatchObject([{ kind: 'role_changed', note: `student to teacher: ${reason}`, actorId: admin.id }]);
    await school.settle();
    const [notification] = (await student.get('/me/notifications')).body.data;
    expect(notification).toMatchObject({ type: 'security_alert', message: expect.stringContaining(reason) });
  });

  test('a teacher with published courses cannot become a student, even while suspended', async () => {
    const teacher = await school.teacher();
    const course = await aPublishedCourse(school, teacher.id);
    expect((await changeRole(teacher, 'student')).body).toMatchObject({ code: 'TEACHER_HAS_COURSES', courseCount: 1 });
    await admin.delete(`/teachers/${teacher.id}/approval`, { reason });
    expect((await changeRole(teacher, 'student')).status).toBe(409);
    await admin.delete(`/courses/${course.id}/publication`);
    expect((await changeRole(teacher, 'student')).body).toMatchObject({ role: 'student', teacherStatus: null });
  });

  test('no route makes an administrator, and nobody changes their own role', async () => {
    const student = await school.student();
    expect((await changeRole(student, 'admin')).body.code).toBe('VALIDATION_FAILED');
    expect((await changeRole(admin, 'student')).body.code).toBe('FORBIDDEN');
    for (const caller of [student, await school.teacher()])
      expect((await changeRole(student, 'teacher', caller)).status).toBe(403);
    expect((await admin.put(`/users/${student.id}/role`, { role: 'teacher' })).status).toBe(422);
    expect((await changeRole({ id: 999_999 }, 'student')).status).toBe(404);
  });

  test('two administrators who remove each other at the same moment leave one', async () => {
    for (const remove of [
      (from: Client, to: Client) => changeRole(to, 'student', from),
      (from: Client, to: Client) => from.delete(`/users/${to.id}/activation`),
    ]) {
      const other = await School.open();
      const [ada, bea] = [await other.admin(), await other.admin()];
      await Promise.all([ada.get('/me'), bea.get('/me')]);
      const responses = await Promise.all([remove(ada, bea), remove(bea, ada)]);
      const [succeeded, refused] = statusesOf(responses);
      expect(succeeded).toBe(200);
      expect([401, 403, 409]).toContain(refused);
      await other.close();
    }
  });

  test('a former administrator can do nothing that administrators may do', async () => {
    const former = await school.admin();
    await former.get('/users');
    expect((await changeRole(former, 'teacher')).body).toMatchObject({ role: 'teacher', isApproved: false });
    expect((await former.get('/users')).status).toBe(403);
    const flags = await school.database.row(
      { isStaff: (value: unknown) => Boolean(value) },
      'SELECT is_staff OR is_superuser AS "isStaff" FROM users_user WHERE id = $1',
      [former.id],
    );
    expect(flags).toEqual({ isStaff: false });
  });
});
