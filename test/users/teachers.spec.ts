import { Controller, Get, Module } from '@nestjs/common';
import { z } from 'zod';
import { TeacherApproved, TeacherRejected } from '../../src/modules/users';
import { CurrentActor, type Actor } from '../../src/platform/auth/actor';
import { Route } from '../../src/platform/http/route';
import { School, type Client } from '../support/school';
import { collectEvents } from './user-fixtures';

/** A route of another module, which shows whether the actor is approved. */
@Controller('studio')
class StudioController {
  @Get()
  @Route({ summary: 'Enter the studio', response: z.strictObject({ canTeach: z.boolean() }) })
  enter(@CurrentActor() actor: Actor): { canTeach: boolean } {
    return { canTeach: actor.isApproved };
  }
}

@Module({ controllers: [StudioController] })
class StudioModule {}

let school: School;
let admin: Client;
let anna: Client;
beforeAll(async () => {
  school = await School.open({ extensions: [{ module: StudioModule, tags: { Studio: 'For teachers.' } }] });
  admin = await school.admin();
});
beforeEach(async () => {
  anna = await school.teacher({ approved: false });
});
afterAll(() => school.close());

const approve = (client: Client = admin, id = anna.id) => client.put(`/teachers/${id}/approval`);
const refuse = (reason: unknown = 'No portfolio.', client: Client = admin, id = anna.id) =>
  client.delete(`/teachers/${id}/approval`, { reason });
const listDecisions = async (id = anna.id) => (await admin.get(`/teachers/${id}/decisions`)).body.data;
const statusOf = async () => {
  const { isApproved, teacherStatus } = (await anna.get('/me')).body;
  return [teacherStatus, isApproved];
};

describe('decisions about a teacher', () => {
  test('an approval changes the status at once, adds a decision and publishes an event', async () => {
    const events = collectEvents(school);
    expect(await statusOf()).toEqual(['pending', false]);
    const { status, body } = await approve();
    expect([status, body.status]).toEqual([200, 'approved']);
    expect(await statusOf()).toEqual(['approved', true]);
    const [decision, ...otherDecisions] = await listDecisions();
    expect(otherDecisions).toEqual([]);
    expect(decision).toMatchObject({ status: 'approved', decidedById: admin.id, reason: '' });
    expect(events).toEqual([new TeacherApproved({ teacherId: anna.id, decisionId: decision.id })]);
  });

  test('a rejection of a pending teacher stores the reason and publishes an event', async () => {
    const events = collectEvents(school);
    expect((await refuse(' No portfolio. ')).body.status).toBe('rejected');
    expect(await statusOf()).toEqual(['rejected', false]);
    const [decision] = await listDecisions();
    expect(decision).toMatchObject({ status: 'rejected', reason: 'No portfolio.' });
    expect(events).toEqual([
      new TeacherRejected({ teacherId: anna.id, decisionId: decision.id, reason: 'No portfolio.' }),
    ]);
  });

  test('an approved teacher can be suspended and approved again, and every decision is kept', async () => {
    await approve();
    expect((await refuse('Copied courses.')).body.status).toBe('suspended');
    expect(await statusOf()).toEqual(['suspended', false]);
    await approve();
    expect(await statusOf()).toEqual(['approved', true]);
    const decided = (await listDecisions()).map(({ status, reason }: { status: string; reason: string }) => [
      status,
      reason,
    ]);
    expect(decided).toEqual([
      ['approved', ''],
      ['suspended', 'Copied courses.'],
      ['approved', ''],
    ]);
  });

  test('a repeated decision changes nothing, adds no row and publishes no event', async () => {
    await approve();
    const events = collectEvents(school);
    expect((await approve()).body.status).toBe('approved');
    await refuse('first');
    expect((await refuse('second')).body.status).toBe('suspended');
    expect(await listDecisions()).toHaveLength(2);
    expect(events).toHaveLength(1);
  });

  test('three concurrent equal decisions add one decision and publish one event', async () => {
    const administrators = [admin, await school.admin(), await school.admin()];
    const events = collectEvents(school);
    const approvals = await Promise.all(administrators.map((client) => approve(client)));
    expect(approvals.map(({ body }) => body.status)).toEqual(['approved', 'approved', 'approved']);
    expect([(await listDecisions()).length, events.length]).toEqual([1, 1]);
    await Promise.all(administrators.map((client) => refuse('Copied courses.', client)));
    expect([(await listDecisions()).length, events.length]).toEqual([2, 2]);
  });

  test('of a concurrent approval and rejection the last decision is the status of the teacher', async () => {
    const other = await school.admin();
    await Promise.all([approve(), refuse('No portfolio.', other)]);
    const [last, ...before] = await listDecisions();
    expect((await statusOf())[0]).toBe(last.status);
    expect(before.length).toBeLessThanOrEqual(1);
  });

  test('a decision takes effect with the next request of an open session', async () => {
    const canTeach = async () => (await anna.get('/studio')).body.canTeach;
    expect(await canTeach()).toBe(false);
    await approve();
    expect(await canTeach()).toBe(true);
    await refuse();
    expect(await canTeach()).toBe(false);
  });

  test('a decision does not change the version of the profile', async () => {
    const { etag } = (await anna.get('/me')).headers as { etag: string };
    await approve();
    expect((await anna.patch('/me', { bio: 'Printmaker.' }, { 'if-match': etag })).status).toBe(200);
  });
});

describe('refused decisions', () => {
  test('refuses a decision by a teacher or a student with 403', async () => {
    const approved = await school.teacher();
    const student = await school.student();
    for (const client of [anna, approved, student]) {
      expect((await approve(client)).body).toMatchObject({ status: 403, code: 'FORBIDDEN' });
      expect((await refuse('no', client)).status).toBe(403);
      expect((await client.get(`/teachers/${anna.id}/decisions`)).status).toBe(403);
    }
    expect(await statusOf()).toEqual(['pending', false]);
    expect(await listDecisions()).toEqual([]);
  });

  test('the decisions about an unknown person or a student get 404', async () => {
    for (const id of [999_999, (await school.student()).id])
      expect((await admin.get(`/teachers/${id}/decisions`)).body).toMatchObject({ code: 'TEACHER_NOT_FOUND' });
  });

  test('refuses a decision of an administrator about themselves with 403', async () => {
    expect((await approve(admin, admin.id)).status).toBe(403);
    expect((await refuse('no', admin, admin.id)).status).toBe(403);
  });

  test('a decision about a student or an unknown person gets 404', async () => {
    const student = await school.student();
    for (const id of [student.id, 999_999]) {
      expect((await approve(admin, id)).body).toMatchObject({ status: 404, code: 'TEACHER_NOT_FOUND' });
      expect((await refuse('no', admin, id)).body).toMatchObject({ status: 404, code: 'TEACHER_NOT_FOUND' });
    }
    expect((await student.get('/me')).body).toMatchObject({ isApproved: true, teacherStatus: null });
  });

  test.each<[unknown]>([[''], ['   '], [undefined], [7], ['x'.repeat(2_001)]])(
    'refuses a rejection with the reason %j with 422',
    async (reason) => {
      expect((await admin.delete(`/teachers/${anna.id}/approval`, { reason })).body).toMatchObject({
        status: 422,
        errors: [{ pointer: '/body/reason' }],
      });
      expect(await statusOf()).toEqual(['pending', false]);
    },
  );

  test('refuses a rejection without a body with 422', async () => {
    expect((await admin.delete(`/teachers/${anna.id}/approval`)).status).toBe(422);
  });
});

describe('the list of teachers', () => {
  const listIds = async (client: Client, query: string): Promise<number[]> =>
    (await client.get(`/teachers?${query}`)).body.data.map(({ id }: { id: number }) => id);

  test('the list shows approved teachers to every signed-in person, without e-mail addresses', async () => {
    const [student, marta] = [await school.student(), await school.teacher()];
    const { body } = await student.get('/teachers?limit=100');
    expect(body.data.find(({ id }: { id: number }) => id === marta.id)).toEqual({
      id: marta.id,
      username: marta.username,
      firstName: '',
      lastName: '',
      bio: '',
      profileImage: null,
      joinedAt: expect.any(String),
      status: 'approved',
    });
    expect(body.data.map(({ id }: { id: number }) => id)).not.toContain(anna.id);
  });

  test('the list shows teachers of another status only to administrators', async () => {
    for (const status of ['pending', 'rejected', 'suspended'])
      for (const client of [anna, await school.student()])
        expect((await client.get(`/teachers?status=${status}`)).status).toBe(403);
    expect(await listIds(admin, 'status=pending&limit=100')).toContain(anna.id);
    await refuse();
    expect(await listIds(admin, 'status=pending&limit=100')).not.toContain(anna.id);
    expect(await listIds(admin, 'status=rejected&limit=100')).toContain(anna.id);
  });

  test('the list pages through pending teachers, oldest first', async () => {
    await school.teacher({ approved: false });
    await school.teacher({ approved: false });
    const pendingIds = await listIds(admin, 'status=pending&limit=100');
    expect(pendingIds).toEqual([...pendingIds].sort((left, right) => left - right));
    const pagedIds: number[] = [];
    let cursor = '';
    for (;;) {
      const { body } = await admin.get(`/teachers?status=pending&limit=2&withTotal=true${cursor}`);
      pagedIds.push(...body.data.map(({ id }: { id: number }) => id));
      expect(body.page.total).toBe(pendingIds.length);
      if (!body.page.hasMore) break;
      cursor = `&cursor=${body.page.nextCursor}`;
    }
    expect(pagedIds).toEqual(pendingIds);
  });

  test('the list does not contain teachers whose account is closed', async () => {
    const marta = await school.teacher();
    await admin.delete(`/users/${marta.id}/activation`);
    expect(await listIds(admin, 'limit=100')).not.toContain(marta.id);
  });

  test('the list is empty in a school without teachers', async () => {
    const other = await School.open();
    try {
      const response = await (await other.student()).get('/teachers');
      expect(response.body).toEqual({ data: [], page: { nextCursor: null, hasMore: false } });
    } finally {
      await other.close();
    }
  });
});

describe('the application of a teacher', () => {
  const account = { password: 'clay on both hands', role: 'teacher' };
  const register = async (name: string, more: object = {}) =>
    school.visitor.post('/auth/register', { ...account, username: name, email: `${name}@example.org`, ...more });
  const applicantIn = async (client: Client, id: number) => {
    const { body } = await client.get('/teachers?status=pending&limit=100');
    return body.data.find((teacher: { id: number }) => teacher.id === id);
  };
  const apply = (token: string, body: object) =>
    school.visitor.put('/me/teacher-application', body, { authorization: `Bearer ${token}` });

  test('administrators hear of a person who registers as a teacher, and read the text in the list', async () => {
    const { status, body } = await register('vera.b', { application: ' I print since 1998. ' });
    expect(status).toBe(201);
    await school.settle();
    expect(await applicantIn(admin, body.user.id)).toMatchObject({
      application: 'I print since 1998.',
      status: 'pending',
    });
    const notifications = await admin.get('/me/notifications?type=teacher_applied');
    expect(notifications.body.data[0]).toMatchObject({
      message: 'vera.b asks to teach here.',
      relatedObjectType: 'users.user',
      relatedObjectId: body.user.id,
    });
  });

  test('the text can be written and changed until an administrator decides', async () => {
    const { body } = await register('carl.k');
    const text = { text: 'I carve wood.' };
    expect((await applicantIn(admin, body.user.id)).application).toBe('');
    expect(await apply(body.accessToken, text)).toMatchObject({ status: 200, body: { ...text, status: 'pending' } });
    expect((await apply(body.accessToken, { text: 'I carve wood and lino.' })).status).toBe(200);
    expect((await applicantIn(admin, body.user.id)).application).toBe('I carve wood and lino.');
    await approve(admin, body.user.id);
    expect(await apply(body.accessToken, text)).toMatchObject({ status: 409, body: { code: 'APPLICATION_DECIDED' } });
    const own = await school.visitor.get('/me/teacher-application', { authorization: `Bearer ${body.accessToken}` });
    expect(own.body).toMatchObject({ text: 'I carve wood and lino.', status: 'approved' });
  });

  test('a student has no application, neither at the registration nor later', async () => {
    const refused = await register('dora.s', { role: 'student', application: 'Please.' });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/body/application' }] } });
    const student = await school.student();
    expect((await student.put('/me/teacher-application', { text: 'Please.' })).status).toBe(403);
    expect((await student.get('/me/teacher-application')).status).toBe(403);
  });

  test('other people do not see the texts of approved teachers', async () => {
    const { body } = await register('eva.m', { application: 'A secret text.' });
    await approve(admin, body.user.id);
    const student = await school.student();
    const list = await student.get('/teachers?limit=100');
    expect(JSON.stringify(list.body)).not.toContain('A secret text.');
    expect(list.body.data[0]).not.toHaveProperty('application');
  });

  test('empty and too long texts are refused with 422', async () => {
    for (const text of ['', '  ', 'x'.repeat(5_001)])
      expect((await anna.put('/me/teacher-application', { text })).status).toBe(422);
  });
});
