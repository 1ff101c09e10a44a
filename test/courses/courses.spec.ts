import { ActorCache } from '../../src/platform/auth/actor-directory';
import { School, type ApiResponse, type Client } from '../support/school';
import { aCourse, aDraft, aLesson, course, outcome, pointers, statuses, succeeds } from './course-builders';
import { eventRecorder, publishedBy } from './event-recorder';

let school: School;
let teacher: Client;
let otherTeacher: Client;
let student: Client;
let admin: Client;
beforeAll(async () => {
  school = await School.open({ extensions: [eventRecorder] });
  [teacher, otherTeacher, student, admin] = [
    await school.teacher(),
    await school.teacher(),
    await school.student(),
    await school.admin(),
  ];
});
afterAll(() => school.close());

const read = async (id: number, reader: Client = teacher) => succeeds(reader.get(`/courses/${id}`));

describe('a new course', () => {
  test('a new course is a draft of its teacher with the default reward', async () => {
    const response = await teacher.post('/courses', course());
    expect(response).toMatchObject({
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
    expect(response.headers.etag).toMatch(/^"v1-/);
    expect(await read(response.body.id)).toEqual(response.body);
  });

  test('two requests with the same idempotency key create one course', async () => {
    const create = () => teacher.post('/courses', course(), { 'idempotency-key': 'course-1' });
    const [first, second] = [await create(), await create()];
    expect([second.status, second.body.id, second.headers['idempotency-replayed']]).toEqual([
      201,
      first.body.id,
      'true',
    ]);
  });

  test('only approved teachers and administrators can create a course', async () => {
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
    ['a title of 201 characters', { title: 'x'.repeat(201) }, '/body/title'],
    ['a title with U+0000', { title: 'a\0b' }, '/body/title'],
    ['an unknown category', { category: 'cooking' }, '/body/category'],
    ['an unknown level', { level: 'master' }, '/body/level'],
    ['a negative reward', { teocoinReward: -1 }, '/body/teocoinReward'],
    ['half a coin', { teocoinReward: 0.5 }, '/body/teocoinReward'],
    ['a reward of 10,001 coins', { teocoinReward: 10_001 }, '/body/teocoinReward'],
    ['a negative number of seats', { maxEnrollments: -1 }, '/body/maxEnrollments'],
    ['more seats than the column holds', { maxEnrollments: 3_000_000_000 }, '/body/maxEnrollments'],
    ['seats as text', { maxEnrollments: '20' }, '/body/maxEnrollments'],
    ['isPublished in the body', { isPublished: true }, '/body/isPublished'],
    ['teacherId in the body', { teacherId: 1 }, '/body/teacherId'],
    ['enrolledCount in the body', { enrolledCount: 9 }, '/body/enrolledCount'],
  ])('a new course with %s is refused with 422', async (_, more, pointer) => {
    const response = await teacher.post('/courses', course(more as Record<string, unknown>));
    expect([response.status, pointers(response.body)]).toEqual([422, [pointer]]);
  });

  test('a new course may have the longest title and the highest reward', async () => {
    const largest = { title: '🎨'.repeat(100), description: `"'%_*\\ <b>`, maxEnrollments: 0, teocoinReward: 10_000 };
    expect(await succeeds(teacher.post('/courses', course(largest)))).toMatchObject({ ...largest, seatsLeft: 0 });
  });
});

describe('reading a course', () => {
  test('a draft can be read by its teacher and administrators, and others get 404', async () => {
    const { id } = await aDraft(teacher);
    const read = (actor: Client) => outcome(actor.get(`/courses/${id}`));
    expect(await Promise.all([teacher, admin, otherTeacher, student, school.visitor].map(read))).toEqual([
      [200],
      [200],
      [404, 'COURSE_NOT_FOUND'],
      [404, 'COURSE_NOT_FOUND'],
      [404, 'COURSE_NOT_FOUND'],
    ]);
  });

  test('everybody can read a published course with its published lessons, but no lesson content', async () => {
    const { id, lessonId } = await aCourse(teacher);
    const draft = await aLesson(teacher, id, { title: 'Not yet', isPublished: false });
    const archived = await aLesson(teacher, id, { title: 'Long ago' });
    const learner = await school.student();
    await succeeds(learner.post(`/courses/${id}/enrollment`));
    await succeeds(learner.put(`/lessons/${archived.id}/completion`, {}));
    await succeeds(teacher.delete(`/lessons/${archived.id}`));
    const seenByStudent = await read(id, student);
    const summary = { id: lessonId, title: 'Paper', order: 1, lessonType: 'theory', durationMinutes: 0 };
    const locked = { completedAt: null, isLocked: true, lockReason: 'not_enrolled' };
    expect(seenByStudent.lessons).toEqual([
      { ...summary, isMandatory: true, teocoinReward: 10, isPublished: true, mine: locked },
    ]);
    expect((await read(id, otherTeacher)).lessons).toHaveLength(1);
    expect((await read(id, school.visitor)).lessons).toMatchObject([{ id: lessonId, mine: null }]);
    expect((await read(id)).lessons.map(({ id }: { id: number }) => id)).toEqual([lessonId, draft.id]);
    expect(seenByStudent.lessonCount).toBe(1);
  });

  test('enrolled students can still read a withdrawn or archived course, and others get 404', async () => {
    const [withdrawn, archived] = [await aCourse(teacher), await aCourse(teacher)];
    const learner = await school.student();
    for (const { id } of [withdrawn, archived]) await succeeds(learner.post(`/courses/${id}/enrollment`));
    await succeeds(teacher.delete(`/courses/${withdrawn.id}/publication`));
    expect(await succeeds(teacher.delete(`/courses/${archived.id}`))).toEqual({ status: 'archived' });
    for (const { id, lessonId } of [withdrawn, archived]) {
      expect(await outcome(learner.get(`/courses/${id}`))).toEqual([200]);
      expect(await outcome(learner.get(`/lessons/${lessonId}`))).toEqual([200]);
      expect(await outcome(student.get(`/courses/${id}`))).toEqual([404, 'COURSE_NOT_FOUND']);
      expect(await outcome(student.get(`/lessons/${lessonId}`))).toEqual([404, 'LESSON_NOT_FOUND']);
    }
  });

  test('reading a course costs one statement, and one for the own state, with any number of lessons and prerequisites', async () => {
    const { id } = await aCourse(teacher);
    for (let index = 0; index < 3; index++) await aLesson(teacher, id);
    const required = [await aCourse(teacher), await aCourse(teacher)].map((each) => each.id);
    await succeeds(teacher.put(`/courses/${id}/prerequisites`, { courseIds: required }));
    const countStatements = async (reader: Client): Promise<number> =>
      (await school.statements(() => succeeds(reader.get(`/courses/${id}`)))).statements.length;
    await succeeds(teacher.patch(`/courses/${required[0]}`, { title: 'First' }));
    // Of the four, two read the course, because its prerequisite has changed.
    expect(await countStatements(student)).toBe(4);
    expect(await countStatements(student)).toBe(2);
    expect(await countStatements(teacher)).toBe(2);
    expect(await countStatements(school.visitor)).toBe(1);
  });

  test.each(['0', '-1', '1.0', '01', 'x', '99999999999999999'])(
    'reading a course with the id %s is refused with 422',
    async (id) => {
      expect(await outcome(teacher.get(`/courses/${id}`))).toEqual([422, 'VALIDATION_FAILED']);
    },
  );
});

describe('changing a course', () => {
  test('a change increments the version of a course, and a request with an older If-Match gets 412', async () => {
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

  test('of four concurrent changes of a course from the same version one succeeds and three get 412', async () => {
    const { body, headers } = await teacher.post('/courses', course());
    const edit = (title: string) => teacher.patch(`/courses/${body.id}`, { title }, { 'if-match': headers.etag! });
    const responses = await Promise.all([edit('One'), edit('Two'), edit('Three'), edit('Four')]);
    expect(statuses(responses)).toEqual([200, 412, 412, 412]);
    expect(await read(body.id)).toMatchObject({
      title: responses.find(({ status }) => status === 200)!.body.title,
      version: 2,
    });
  });

  test('an empty PATCH leaves a course as it was', async () => {
    const { id } = await aDraft(teacher);
    const before = await read(id);
    expect(await succeeds(teacher.patch(`/courses/${id}`, {}))).toEqual(before);
  });

  test('only the approved teacher of a course and administrators can change it', async () => {
    const suspended = await school.teacher();
    const [draft, open] = [await aDraft(suspended), await aCourse(suspended)];
    await school.database.transaction(() =>
      school.database.run("UPDATE users_user SET is_approved = $2, teacher_status = 'suspended' WHERE id = $1", [
        suspended.id,
        false,
      ]),
    );
    await school.database.transaction(async () => school.part(ActorCache).revoke(suspended.id));
    const rename = (actor: Client, id: number) => outcome(actor.patch(`/courses/${id}`, { title: 'Mine now' }));
    expect(await rename(suspended, draft.id)).toEqual([403, 'TEACHER_NOT_APPROVED']);
    expect(await outcome(suspended.get(`/courses/${draft.id}`))).toEqual([200]);
    expect(await rename(admin, draft.id)).toEqual([200]);
    expect(await rename(otherTeacher, open.id)).toEqual([403, 'FORBIDDEN']);
    expect(await rename(otherTeacher, draft.id)).toEqual([404, 'COURSE_NOT_FOUND']);
    expect(await rename(student, open.id)).toEqual([403, 'FORBIDDEN']);
    expect(await rename(student, draft.id)).toEqual([404, 'COURSE_NOT_FOUND']);
    expect(await rename(teacher, 999_999)).toEqual([404, 'COURSE_NOT_FOUND']);
  });
});

describe('publication', () => {
  test('a course without a published mandatory lesson cannot be published', async () => {
    const { id } = await aDraft(teacher);
    const publish = () => outcome(teacher.put(`/courses/${id}/publication`));
    expect(await publish()).toEqual([409, 'MANDATORY_LESSON_MISSING']);
    await aLesson(teacher, id, { isPublished: false });
    await aLesson(teacher, id, { isMandatory: false });
    expect(await publish()).toEqual([409, 'MANDATORY_LESSON_MISSING']);
    await aLesson(teacher, id);
    expect(await publish()).toEqual([200]);
  });

  test('a repeated publication changes nothing and publishes no event, and a new one keeps the first date', async () => {
    const { id } = await aDraft(teacher);
    await aLesson(teacher, id);
    const path = `/courses/${id}/publication`;
    school.clock.stopAt(new Date('2026-05-01T10:00:00Z'));
    let first: ApiResponse['body'];
    expect(await publishedBy(school, async () => (first = await succeeds(teacher.put(path))))).toEqual([
      ['CoursePublished', { courseId: id, teacherId: teacher.id }],
    ]);
    expect(first).toMatchObject({ isPublished: true, publishedAt: '2026-05-01T10:00:00.000Z', version: 2 });
    expect(await publishedBy(school, () => teacher.put(path))).toEqual([]);
    expect(await read(id)).toEqual(first);
    school.clock.stopAt(new Date('2026-06-01T10:00:00Z'));
    expect(await succeeds(teacher.delete(path))).toMatchObject({ isPublished: false, version: 3 });
    expect(await succeeds(teacher.delete(path))).toMatchObject({ isPublished: false, version: 3 });
    expect(await succeeds(teacher.put(path))).toMatchObject({ publishedAt: '2026-05-01T10:00:00.000Z', version: 4 });
    school.clock.stopAt(null);
  });

  test('publishing a course that was changed since it was read gets 412', async () => {
    const { body, headers } = await teacher.post('/courses', course());
    await aLesson(teacher, body.id);
    await succeeds(teacher.patch(`/courses/${body.id}`, { title: 'Other' }));
    const publish = teacher.put(`/courses/${body.id}/publication`, undefined, { 'if-match': headers.etag! });
    expect(await outcome(publish)).toEqual([412, 'PRECONDITION_FAILED']);
  });

  test('only the teacher of the course and administrators can publish or withdraw it', async () => {
    const { id } = await aCourse(teacher);
    const draft = await aDraft(teacher);
    expect(await outcome(otherTeacher.delete(`/courses/${id}/publication`))).toEqual([403, 'FORBIDDEN']);
    expect(await outcome(otherTeacher.put(`/courses/${draft.id}/publication`))).toEqual([404, 'COURSE_NOT_FOUND']);
    expect(await outcome(student.delete(`/courses/${id}/publication`))).toEqual([403, 'FORBIDDEN']);
  });
});

describe('removing a course', () => {
  test('a course in which no student was enrolled is deleted', async () => {
    const { id, lessonId } = await aCourse(teacher);
    await succeeds(
      teacher.post(`/lessons/${lessonId}/exercises`, {
        title: 'Draw',
        exerciseType: 'practice',
        content: { prompt: 'Draw.' },
      }),
    );
    expect(
      await publishedBy(school, async () => {
        expect(await succeeds(teacher.delete(`/courses/${id}`))).toEqual({ status: 'deleted' });
      }),
    ).toEqual([]);
    expect(await outcome(teacher.get(`/courses/${id}`))).toEqual([404, 'COURSE_NOT_FOUND']);
    expect(await outcome(teacher.delete(`/courses/${id}`))).toEqual([404, 'COURSE_NOT_FOUND']);
    expect(await outcome(teacher.get(`/lessons/${lessonId}`))).toEqual([404, 'LESSON_NOT_FOUND']);
  });

  test('a course in which a student was once enrolled is archived, publishes one event, and can be restored', async () => {
    const { id } = await aCourse(teacher);
    const learner = await school.student();
    await succeeds(learner.post(`/courses/${id}/enrollment`));
    await succeeds(learner.delete(`/courses/${id}/enrollment`));
    const remove = () => succeeds(teacher.delete(`/courses/${id}`));
    expect(await publishedBy(school, remove)).toEqual([['CourseArchived', { courseId: id, teacherId: teacher.id }]]);
    expect(await publishedBy(school, async () => expect(await remove()).toEqual({ status: 'archived' }))).toEqual([]);
    expect(await read(id)).toMatchObject({ archivedAt: expect.any(String), isPublished: true, version: 3 });
    expect(await outcome(learner.post(`/courses/${id}/enrollment`))).toEqual([404, 'COURSE_NOT_FOUND']);
    expect(await succeeds(teacher.put(`/courses/${id}/restoration`))).toMatchObject({ archivedAt: null, version: 4 });
    expect(await succeeds(teacher.put(`/courses/${id}/restoration`))).toMatchObject({ archivedAt: null, version: 4 });
    expect(await outcome(learner.post(`/courses/${id}/enrollment`))).toEqual([201]);
  });

  test('an archived course refuses every other change with ARCHIVED', async () => {
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

  test('only the teacher of the course and administrators can remove or restore it', async () => {
    const { id } = await aCourse(teacher);
    expect(await outcome(otherTeacher.delete(`/courses/${id}`))).toEqual([403, 'FORBIDDEN']);
    expect(await outcome(student.delete(`/courses/${id}`))).toEqual([403, 'FORBIDDEN']);
    expect(await outcome(otherTeacher.put(`/courses/${id}/restoration`))).toEqual([403, 'FORBIDDEN']);
    expect(await read(id)).toMatchObject({ archivedAt: null });
  });

  test('removing a course while a student enrols either archives it or refuses the enrolment', async () => {
    for (let round = 0; round < 8; round++) {
      const { id } = await aCourse(teacher);
      const learner = await school.student();
      const [enrolled, removed] = await Promise.all([
        learner.post(`/courses/${id}/enrollment`),
        teacher.delete(`/courses/${id}`),
      ]);
      const found = await learner.get('/me/enrollments');
      expect([enrolled.status, removed.body.status, found.body.data.length]).toEqual(
        enrolled.status === 201 ? [201, 'archived', 1] : [404, 'deleted', 0],
      );
    }
  });
});

describe("a teacher's own courses", () => {
  test('a teacher lists own courses of every status, the last created first', async () => {
    const owner = await school.teacher();
    const [draft, open, archived] = [await aDraft(owner), await aCourse(owner), await aCourse(owner)];
    await succeeds(student.post(`/courses/${archived.id}/enrollment`));
    await succeeds(owner.delete(`/courses/${archived.id}`));
    const list = async (query = '') =>
      (await succeeds(owner.get(`/me/courses${query}`))).data.map(({ id }: { id: number }) => id);
    expect(await list()).toEqual([archived.id, open.id, draft.id]);
    expect(await list('?status=draft')).toEqual([draft.id]);
    expect(await list('?status=published')).toEqual([open.id]);
    expect(await list('?status=archived')).toEqual([archived.id]);
    expect(await outcome(owner.get('/me/courses?status=lost'))).toEqual([422, 'VALIDATION_FAILED']);
    const first = await succeeds(owner.get('/me/courses?limit=2&withTotal=true'));
    expect(first.page).toMatchObject({ hasMore: true, total: 3 });
    const second = await succeeds(owner.get(`/me/courses?limit=2&cursor=${first.page.nextCursor}`));
    expect([second.data.map(({ id }: { id: number }) => id), second.page.hasMore]).toEqual([[draft.id], false]);
  });

  test('a student has an empty list of own courses', async () => {
    expect((await succeeds(student.get('/me/courses'))).data).toEqual([]);
  });
});
