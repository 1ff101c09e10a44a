import { ActorCache } from '../../src/platform/auth/actor-directory';
import { School, type Answer, type Client } from '../support/school';
import { aCourse, aDraft, aLesson, course, outcome, pointers, statuses, succeeds } from './authored';
import { listener, told } from './listener';

let school: School;
let teacher: Client;
let other: Client;
let student: Client;
let admin: Client;
beforeAll(async () => {
  school = await School.open({ extensions: [listener] });
  [teacher, other, student, admin] = [
    await school.teacher(),
    await school.teacher(),
    await school.student(),
    await school.admin(),
  ];
});
afterAll(() => school.close());

const read = async (id: number, reader: Client = teacher) => succeeds(reader.get(`/courses/${id}`));

describe('a new course', () => {
  test('is a draft of its teacher, with the rewards of the school', async () => {
    const answer = await teacher.post('/courses', course());
    expect(answer).toMatchObject({
      status: 201,
      body: {
        ...course({ teocoinReward: 50, durationHours: 0, maxEnrollments: null, seatsLeft: null }),
        isPublished: false,
        publishedAt: null,
        archivedAt: null,
        version: 1,
        lessonCount: 0,
        enrolledCount: 0,
        teacher: { id: teacher.id, username: teacher.username, name: teacher.username },
        prerequisites: [],
        lessons: [],
      },
    });
    expect(answer.headers.etag).toMatch(/^"v1-/);
    expect(await read(answer.body.id)).toEqual(answer.body);
  });

  test('is created once for one idempotency key', async () => {
    const create = () => teacher.post('/courses', course(), { 'idempotency-key': 'course-1' });
    const [first, second] = [await create(), await create()];
    expect([second.status, second.body.id, second.headers['idempotency-replayed']]).toEqual([
      ...[201, first.body.id, 'true'],
    ]);
  });

  test('is for approved teachers and administrators', async () => {
    const pending = await school.teacher({ approved: false });
    const create = (actor: Client) => outcome(actor.post('/courses', course()));
    expect(await create(admin)).toEqual([201]);
    expect(await create(pending)).toEqual([403, 'TEACHER_NOT_APPROVED']);
    expect(await create(student)).toEqual([403, 'FORBIDDEN']);
    expect(await create(school.visitor)).toEqual([401, 'UNAUTHENTICATED']);
  });

  test.each<[string, object, string]>([
    ['no title', { title: undefined }, '/body/title'],
    ['a blank title', { title: ' \n ' }, '/body/title'],
    ['a title of 201', { title: 'x'.repeat(201) }, '/body/title'],
    ['a title with U+0000', { title: 'a\0b' }, '/body/title'],
    ['an unknown category', { category: 'cooking' }, '/body/category'],
    ['an unknown level', { level: 'master' }, '/body/level'],
    ['a negative reward', { teocoinReward: -1 }, '/body/teocoinReward'],
    ['half a coin', { teocoinReward: 0.5 }, '/body/teocoinReward'],
    ['a fortune', { teocoinReward: 10_001 }, '/body/teocoinReward'],
    ['a negative number of seats', { maxEnrollments: -1 }, '/body/maxEnrollments'],
    ['more seats than the column holds', { maxEnrollments: 3_000_000_000 }, '/body/maxEnrollments'],
    ['seats as text', { maxEnrollments: '20' }, '/body/maxEnrollments'],
    ['its own publication', { isPublished: true }, '/body/isPublished'],
    ['another teacher', { teacherId: 1 }, '/body/teacherId'],
    ['its own count', { enrolledCount: 9 }, '/body/enrolledCount'],
  ])('with %s is refused', async (_, more, pointer) => {
    const answer = await teacher.post('/courses', course(more as Record<string, unknown>));
    expect([answer.status, pointers(answer.body)]).toEqual([422, [pointer]]);
  });

  test('takes what its columns hold', async () => {
    const most = { title: '🎨'.repeat(100), description: `"'%_*\\ <b>`, maxEnrollments: 0, teocoinReward: 10_000 };
    expect(await succeeds(teacher.post('/courses', course(most)))).toMatchObject({ ...most, seatsLeft: 0 });
  });
});

describe('who sees a course', () => {
  test('a draft: its teacher and administrators; to others it does not exist', async () => {
    const { id } = await aDraft(teacher);
    const see = (actor: Client) => outcome(actor.get(`/courses/${id}`));
    expect(await Promise.all([teacher, admin, other, student, school.visitor].map(see))).toEqual([
      ...[[200], [200], [404, 'COURSE_NOT_FOUND'], [404, 'COURSE_NOT_FOUND'], [401, 'UNAUTHENTICATED']],
    ]);
  });

  test('a published one: everybody who has signed in, with its published lessons and no content', async () => {
    const { id, lessonId } = await aCourse(teacher);
    const draft = await aLesson(teacher, id, { title: 'Not yet', isPublished: false });
    const archived = await aLesson(teacher, id, { title: 'Long ago' });
    const learner = await school.student();
    await succeeds(learner.post(`/courses/${id}/enrollment`));
    await succeeds(learner.put(`/lessons/${archived.id}/completion`, {}));
    await succeeds(teacher.delete(`/lessons/${archived.id}`));
    const seen = await read(id, student);
    const summary = { id: lessonId, title: 'Paper', order: 1, lessonType: 'theory', durationMinutes: 0 };
    expect(seen.lessons).toEqual([{ ...summary, isMandatory: true, teocoinReward: 10, isPublished: true }]);
    expect((await read(id, other)).lessons).toHaveLength(1);
    expect((await read(id)).lessons.map((each: { id: number }) => each.id)).toEqual([lessonId, draft.id]);
    expect(seen.lessonCount).toBe(1);
  });

  test('a withdrawn or archived one: also those enrolled', async () => {
    const [withdrawn, archived] = [await aCourse(teacher), await aCourse(teacher)];
    const learner = await school.student();
    for (const { id } of [withdrawn, archived]) await succeeds(learner.post(`/courses/${id}/enrollment`));
    await succeeds(teacher.delete(`/courses/${withdrawn.id}/publication`));
    expect(await succeeds(teacher.delete(`/courses/${archived.id}`))).toEqual({ outcome: 'archived' });
    for (const { id, lessonId } of [withdrawn, archived]) {
      expect(await outcome(learner.get(`/courses/${id}`))).toEqual([200]);
      expect(await outcome(learner.get(`/lessons/${lessonId}`))).toEqual([200]);
      expect(await outcome(student.get(`/courses/${id}`))).toEqual([404, 'COURSE_NOT_FOUND']);
      expect(await outcome(student.get(`/lessons/${lessonId}`))).toEqual([404, 'LESSON_NOT_FOUND']);
    }
  });

  test('costs two statements, whatever it holds', async () => {
    const { id } = await aCourse(teacher);
    for (let each = 0; each < 3; each++) await aLesson(teacher, id);
    const required = [await aCourse(teacher), await aCourse(teacher)].map((each) => each.id);
    await succeeds(teacher.put(`/courses/${id}/prerequisites`, { courseIds: required }));
    await read(id, student);
    const { statements } = await school.statements(() => student.get(`/courses/${id}`));
    expect(statements).toHaveLength(2);
  });

  test.each(['0', '-1', '1.0', '01', 'x', '99999999999999999'])('the id %s is refused', async (id) => {
    expect(await outcome(teacher.get(`/courses/${id}`))).toEqual([422, 'VALIDATION_FAILED']);
  });
});

describe('changing a course', () => {
  test('moves its version, and is refused to who read an older one', async () => {
    const created = await teacher.post('/courses', course());
    const path = `/courses/${created.body.id}`;
    const first = await teacher.patch(
      path,
      { title: 'First', maxEnrollments: 5 },
      { 'if-match': created.headers.etag! },
    );
    expect(first.body).toMatchObject({ title: 'First', maxEnrollments: 5, version: 2, category: 'watercolor' });
    const late = teacher.patch(path, { title: 'Late' }, { 'if-match': created.headers.etag! });
    expect(await outcome(late)).toEqual([412, 'PRECONDITION_FAILED']);
    expect((await read(created.body.id)).title).toBe('First');
    const back = await teacher.patch(path, { maxEnrollments: null }, { 'if-match': first.headers.etag! });
    expect(back.body).toMatchObject({ maxEnrollments: null, title: 'First', version: 3 });
  });

  test('by two at once from the same version lets one win', async () => {
    const { body, headers } = await teacher.post('/courses', course());
    const edit = (title: string) => teacher.patch(`/courses/${body.id}`, { title }, { 'if-match': headers.etag! });
    const answers = await Promise.all([edit('One'), edit('Two'), edit('Three'), edit('Four')]);
    expect(statuses(answers)).toEqual([200, 412, 412, 412]);
    expect(await read(body.id)).toMatchObject({
      title: answers.find(({ status }) => status === 200)!.body.title,
      version: 2,
    });
  });

  test('by nothing changes nothing', async () => {
    const { id } = await aDraft(teacher);
    const before = await read(id);
    expect(await succeeds(teacher.patch(`/courses/${id}`, {}))).toEqual(before);
  });

  test('is for its approved teacher and administrators', async () => {
    const suspended = await school.teacher();
    const [draft, open] = [await aDraft(suspended), await aCourse(suspended)];
    await school.database.transaction(() =>
      school.database.run("UPDATE users_user SET is_approved = $2, teacher_status = 'suspended' WHERE id = $1", [
        ...[suspended.id, false],
      ]),
    );
    await school.database.transaction(async () => school.part(ActorCache).revoke(suspended.id));
    const rename = (actor: Client, id: number) => outcome(actor.patch(`/courses/${id}`, { title: 'Mine now' }));
    expect(await rename(suspended, draft.id)).toEqual([403, 'TEACHER_NOT_APPROVED']);
    expect(await outcome(suspended.get(`/courses/${draft.id}`))).toEqual([200]);
    expect(await rename(admin, draft.id)).toEqual([200]);
    expect(await rename(other, open.id)).toEqual([403, 'FORBIDDEN']);
    expect(await rename(other, draft.id)).toEqual([404, 'COURSE_NOT_FOUND']);
    expect(await rename(student, open.id)).toEqual([403, 'FORBIDDEN']);
    expect(await rename(student, draft.id)).toEqual([404, 'COURSE_NOT_FOUND']);
    expect(await rename(teacher, 999_999)).toEqual([404, 'COURSE_NOT_FOUND']);
  });
});

describe('publication', () => {
  test('needs a published mandatory lesson', async () => {
    const { id } = await aDraft(teacher);
    const publish = () => outcome(teacher.put(`/courses/${id}/publication`));
    expect(await publish()).toEqual([409, 'MANDATORY_LESSON_MISSING']);
    await aLesson(teacher, id, { isPublished: false });
    await aLesson(teacher, id, { isMandatory: false });
    expect(await publish()).toEqual([409, 'MANDATORY_LESSON_MISSING']);
    await aLesson(teacher, id);
    expect(await publish()).toEqual([200]);
  });

  test('is told once, keeps its first date, and asked twice changes nothing', async () => {
    const { id } = await aDraft(teacher);
    await aLesson(teacher, id);
    const path = `/courses/${id}/publication`;
    school.clock.stopAt(new Date('2026-05-01T10:00:00Z'));
    let first: Answer['body'];
    expect(await told(school, async () => (first = await succeeds(teacher.put(path))))).toEqual([
      ['CoursePublished', { courseId: id, teacherId: teacher.id }],
    ]);
    expect(first).toMatchObject({ isPublished: true, publishedAt: '2026-05-01T10:00:00.000Z', version: 2 });
    expect(await told(school, () => teacher.put(path))).toEqual([]);
    expect(await read(id)).toEqual(first);
    school.clock.stopAt(new Date('2026-06-01T10:00:00Z'));
    expect(await succeeds(teacher.delete(path))).toMatchObject({ isPublished: false, version: 3 });
    expect(await succeeds(teacher.delete(path))).toMatchObject({ isPublished: false, version: 3 });
    expect(await succeeds(teacher.put(path))).toMatchObject({ publishedAt: '2026-05-01T10:00:00.000Z', version: 4 });
    school.clock.stopAt(null);
  });

  test('of what was changed meanwhile is refused', async () => {
    const { body, headers } = await teacher.post('/courses', course());
    await aLesson(teacher, body.id);
    await succeeds(teacher.patch(`/courses/${body.id}`, { title: 'Other' }));
    const publish = teacher.put(`/courses/${body.id}/publication`, undefined, { 'if-match': headers.etag! });
    expect(await outcome(publish)).toEqual([412, 'PRECONDITION_FAILED']);
  });

  test('is for the teacher of the course', async () => {
    const { id } = await aCourse(teacher);
    const draft = await aDraft(teacher);
    expect(await outcome(other.delete(`/courses/${id}/publication`))).toEqual([403, 'FORBIDDEN']);
    expect(await outcome(other.put(`/courses/${draft.id}/publication`))).toEqual([404, 'COURSE_NOT_FOUND']);
    expect(await outcome(student.delete(`/courses/${id}/publication`))).toEqual([403, 'FORBIDDEN']);
  });
});

describe('removal', () => {
  test('of what nobody touched is real', async () => {
    const { id, lessonId } = await aCourse(teacher);
    await succeeds(
      teacher.post(`/lessons/${lessonId}/exercises`, {
        title: 'Draw',
        exerciseType: 'practice',
        content: { prompt: 'Draw.' },
      }),
    );
    expect(
      await told(school, async () => {
        expect(await succeeds(teacher.delete(`/courses/${id}`))).toEqual({ outcome: 'deleted' });
      }),
    ).toEqual([]);
    expect(await outcome(teacher.get(`/courses/${id}`))).toEqual([404, 'COURSE_NOT_FOUND']);
    expect(await outcome(teacher.delete(`/courses/${id}`))).toEqual([404, 'COURSE_NOT_FOUND']);
    expect(await outcome(teacher.get(`/lessons/${lessonId}`))).toEqual([404, 'LESSON_NOT_FOUND']);
  });

  test('is archiving where anybody ever was enrolled, is told once, and can be undone', async () => {
    const { id } = await aCourse(teacher);
    const learner = await school.student();
    await succeeds(learner.post(`/courses/${id}/enrollment`));
    await succeeds(learner.delete(`/courses/${id}/enrollment`));
    const remove = () => succeeds(teacher.delete(`/courses/${id}`));
    expect(await told(school, remove)).toEqual([['CourseArchived', { courseId: id, teacherId: teacher.id }]]);
    expect(await told(school, async () => expect(await remove()).toEqual({ outcome: 'archived' }))).toEqual([]);
    expect(await read(id)).toMatchObject({ archivedAt: expect.any(String), isPublished: true, version: 3 });
    expect(await outcome(learner.post(`/courses/${id}/enrollment`))).toEqual([404, 'COURSE_NOT_FOUND']);
    expect(await succeeds(teacher.put(`/courses/${id}/restoration`))).toMatchObject({ archivedAt: null, version: 4 });
    expect(await succeeds(teacher.put(`/courses/${id}/restoration`))).toMatchObject({ archivedAt: null, version: 4 });
    expect(await outcome(learner.post(`/courses/${id}/enrollment`))).toEqual([201]);
  });

  test('closes a course to every other change', async () => {
    const { id, lessonId } = await aCourse(teacher);
    await succeeds((await school.student()).post(`/courses/${id}/enrollment`));
    await succeeds(teacher.delete(`/courses/${id}`));
    const archived = [409, 'ARCHIVED'];
    expect(await outcome(teacher.patch(`/courses/${id}`, { title: 'No' }))).toEqual(archived);
    expect(await outcome(teacher.put(`/courses/${id}/publication`))).toEqual(archived);
    expect(await outcome(teacher.delete(`/courses/${id}/publication`))).toEqual(archived);
    expect(await outcome(teacher.put(`/courses/${id}/prerequisites`, { courseIds: [] }))).toEqual(archived);
    expect(await outcome(teacher.post(`/courses/${id}/lessons`, { title: 'No', lessonType: 'theory' }))).toEqual(
      archived,
    );
    expect(await outcome(teacher.patch(`/lessons/${lessonId}`, { title: 'No' }))).toEqual(archived);
  });

  test('is for the teacher of the course', async () => {
    const { id } = await aCourse(teacher);
    expect(await outcome(other.delete(`/courses/${id}`))).toEqual([403, 'FORBIDDEN']);
    expect(await outcome(student.delete(`/courses/${id}`))).toEqual([403, 'FORBIDDEN']);
    expect(await outcome(other.put(`/courses/${id}/restoration`))).toEqual([403, 'FORBIDDEN']);
    expect(await read(id)).toMatchObject({ archivedAt: null });
  });

  test('at the moment somebody enrols loses nobody', async () => {
    for (let round = 0; round < 8; round++) {
      const { id } = await aCourse(teacher);
      const learner = await school.student();
      const [enrolled, removed] = await Promise.all([
        learner.post(`/courses/${id}/enrollment`),
        teacher.delete(`/courses/${id}`),
      ]);
      const found = await learner.get('/me/enrollments');
      expect([enrolled.status, removed.body.outcome, found.body.data.length]).toEqual(
        enrolled.status === 201 ? [201, 'archived', 1] : [404, 'deleted', 0],
      );
    }
  });
});

describe("a teacher's own courses", () => {
  test('are drafts and the archive too, the last created first', async () => {
    const mine = await school.teacher();
    const [draft, open, gone] = [await aDraft(mine), await aCourse(mine), await aCourse(mine)];
    await succeeds(student.post(`/courses/${gone.id}/enrollment`));
    await succeeds(mine.delete(`/courses/${gone.id}`));
    const list = async (query = '') =>
      (await succeeds(mine.get(`/me/courses${query}`))).data.map((each: { id: number }) => each.id);
    expect(await list()).toEqual([gone.id, open.id, draft.id]);
    expect(await list('?state=draft')).toEqual([draft.id]);
    expect(await list('?state=published')).toEqual([open.id]);
    expect(await list('?state=archived')).toEqual([gone.id]);
    expect(await outcome(mine.get('/me/courses?state=lost'))).toEqual([422, 'VALIDATION_FAILED']);
    const first = await succeeds(mine.get('/me/courses?limit=2&withTotal=true'));
    expect(first.page).toMatchObject({ hasMore: true, total: 3 });
    const second = await succeeds(mine.get(`/me/courses?limit=2&cursor=${first.page.nextCursor}`));
    expect([second.data.map((each: { id: number }) => each.id), second.page.hasMore]).toEqual([[draft.id], false]);
  });

  test('are none for a student', async () => {
    expect((await succeeds(student.get('/me/courses'))).data).toEqual([]);
  });
});
