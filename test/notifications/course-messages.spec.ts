import { int } from '../../src/platform/database/columns';
import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import { School, type Client } from '../support/school';
import { notificationsOf, unreadCountOf } from './notification-fixtures';

let school: School;
let teacher: Client;
let course: BuiltCourse;
beforeAll(async () => (school = await School.open()));
afterAll(() => school.close());
beforeEach(async () => {
  teacher = await school.teacher();
  course = await aPublishedCourse(school, teacher.id, { lessons: 1, title: 'Linocut' });
});

const message = { title: 'Studio closed', message: 'The lesson on Friday is moved to Monday.' };
const send = (person: Client, headers: Record<string, string> = {}) =>
  person.post(`/courses/${course.id}/messages`, message, headers);

describe('before and after a message', () => {
  test('a teacher sees how many students it would reach, and takes it back from those who have not read it', async () => {
    const [reader, other] = [await anEnrolledStudent(school, course), await anEnrolledStudent(school, course)];
    await teacher.post(`/courses/${course.id}/enrollment`);
    expect((await teacher.get(`/courses/${course.id}/message-audience`)).body).toEqual({
      courseId: course.id,
      recipients: 2,
    });
    const { body: sent } = await send(teacher);
    expect(sent).toMatchObject({ recipients: 2, withdrawnAt: null });
    const [received] = await notificationsOf(reader, 'course_message');
    await reader.put(`/me/notifications/${received!.id as number}/read-state`, { isRead: true });
    const path = `/courses/${course.id}/messages/${sent.id}`;
    const withdrawals = await Promise.all([teacher.delete(path), teacher.delete(path)]);
    expect(withdrawals.map(({ body }) => body.removed).sort()).toEqual([0, 1]);
    expect(withdrawals[0].body).toMatchObject({ id: sent.id, withdrawnAt: expect.any(String) });
    expect(await notificationsOf(other, 'course_message')).toEqual([]);
    expect(await unreadCountOf(school, other.id)).toBe(0);
    expect(await notificationsOf(reader, 'course_message')).toHaveLength(1);
    const actionSql = `SELECT count(*) AS count FROM platform_auditentry
      WHERE action = 'notifications.course-message-withdrawn' AND object_id = $1`;
    expect(await school.database.row({ count: int }, actionSql, [String(course.id)])).toEqual({ count: 2 });
    const [listed] = (await teacher.get(`/courses/${course.id}/messages`)).body.data;
    expect(listed).toEqual({ ...sent, withdrawnAt: withdrawals[0].body.withdrawnAt });
  });

  test('nobody else counts or withdraws, and a message of another course is not found', async () => {
    const { body: sent } = await send(teacher);
    const another = await aPublishedCourse(school, teacher.id);
    expect((await teacher.delete(`/courses/${another.id}/messages/${sent.id}`)).body).toMatchObject({
      status: 404,
      code: 'COURSE_MESSAGE_NOT_FOUND',
    });
    for (const person of [await anEnrolledStudent(school, course), await school.teacher()]) {
      expect((await person.delete(`/courses/${course.id}/messages/${sent.id}`)).status).toBe(403);
      expect((await person.get(`/courses/${course.id}/message-audience`)).status).toBe(403);
    }
  });

  test('a withdrawn message is not mailed any more', async () => {
    const { id: userId } = await anEnrolledStudent(school, course);
    await school.database.transaction(() =>
      school.database.run('UPDATE users_user SET email_verified_at = created_at WHERE id = $1', [userId]),
    );
    const { body: sent } = await send(teacher);
    await school.settle();
    const countSql = `SELECT count(*) AS count FROM notifications_delivery d JOIN notifications_notification n
      ON n.id = d.notification_id WHERE n.dedupe_key = $1`;
    const countDeliveries = () =>
      school.database.row({ count: int }, countSql, [`course_message:notifications.coursemessage.${sent.id}:1`]);
    expect(await countDeliveries()).toEqual({ count: 1 });
    await teacher.delete(`/courses/${course.id}/messages/${sent.id}`);
    expect(await countDeliveries()).toEqual({ count: 0 });
  });
});

describe('a message to a course', () => {
  test('each enrolled student gets one notification, and a student who left, a closed account and the sender get none', async () => {
    const student = await anEnrolledStudent(school, course);
    const left = await anEnrolledStudent(school, course);
    const closed = await anEnrolledStudent(school, course);
    await left.delete(`/courses/${course.id}/enrollment`);
    await (await school.admin()).delete(`/users/${closed.id}/activation`);
    await teacher.post(`/courses/${course.id}/enrollment`);
    const sent = await send(teacher);
    expect(sent).toMatchObject({ status: 200, body: { courseId: course.id, senderId: teacher.id, recipients: 1 } });
    expect(await notificationsOf(student, 'course_message')).toMatchObject([
      {
        title: message.title,
        message: `${message.message}\n\n${teacher.username}, “Linocut”`,
        label: 'Message from your course',
        actionUrl: `/courses/${course.id}`,
        relatedObjectType: 'courses.course',
        relatedObjectId: course.id,
      },
    ]);
    expect(await unreadCountOf(school, student.id)).toBe(1);
    for (const person of [left, teacher]) expect(await notificationsOf(person, 'course_message')).toEqual([]);
    expect(await unreadCountOf(school, closed.id)).toBe(0);
  });

  test('a repeated request with the same key sends it once', async () => {
    const student = await anEnrolledStudent(school, course);
    const key = { 'idempotency-key': 'friday' };
    const [first, second] = [await send(teacher, key), await send(teacher, key)];
    expect(second.body).toEqual(first.body);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(await notificationsOf(student, 'course_message')).toHaveLength(1);
  });

  test('a course gets three messages a day, also from concurrent requests, and more on the next day', async () => {
    const student = await anEnrolledStudent(school, course);
    const responses = await Promise.all(Array.from({ length: 6 }, () => send(teacher)));
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429, 429]);
    const refused = responses.find(({ status }) => status === 429)!;
    expect(refused).toMatchObject({ body: { code: 'COURSE_MESSAGE_LIMIT_REACHED' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await school.database.transaction(() =>
      school.database.run('UPDATE notifications_coursemessage SET day = $2 WHERE course_id = $1', [
        course.id,
        '2026-01-01',
      ]),
    );
    expect((await send(teacher)).status).toBe(200);
    expect(await unreadCountOf(school, student.id)).toBe(4);
  });

  test('only the teacher of the course and administrators may send or list messages', async () => {
    const student = await anEnrolledStudent(school, course);
    const path = `/courses/${course.id}/messages`;
    for (const person of [student, await school.teacher(), await school.teacher({ approved: false })]) {
      expect((await send(person)).status).toBe(403);
      expect((await person.get(path)).status).toBe(403);
    }
    expect((await send(await school.admin())).status).toBe(200);
    expect((await teacher.post('/courses/999999/messages', message)).status).toBe(404);
  });

  test('the messages of a course are listed newest first, in pages', async () => {
    for (const title of ['One', 'Two', 'Three'])
      await teacher.post(`/courses/${course.id}/messages`, { ...message, title });
    const { body } = await teacher.get(`/courses/${course.id}/messages?limit=2&withTotal=true`);
    expect(body.data).toMatchObject([{ title: 'Three', recipients: 0 }, { title: 'Two' }]);
    expect(body.page.total).toBe(3);
    const rest = await teacher.get(`/courses/${course.id}/messages?limit=2&cursor=${body.page.nextCursor}`);
    expect(rest.body.data).toMatchObject([{ title: 'One' }]);
  });

  test('too long and empty texts are refused with 422', async () => {
    const path = `/courses/${course.id}/messages`;
    for (const body of [{ ...message, title: ' ' }, { ...message, message: 'x'.repeat(2_001) }, { title: 'x' }, {}])
      expect((await teacher.post(path, body)).status).toBe(422);
  });

  test('a message costs the same number of statements for one student and for many', async () => {
    await anEnrolledStudent(school, course);
    await teacher.get('/me');
    const toOne = await school.statements(() => send(teacher));
    for (let count = 0; count < 4; count++) await anEnrolledStudent(school, course);
    const toMany = await school.statements(() => send(teacher));
    expect(toMany.result.body.recipients).toBe(5);
    expect(toMany.statements).toHaveLength(toOne.statements.length);
  });
});
