import { School, type Client } from '../support/school';
import { aCourse, aDraft, aLesson, anExercise, lesson, outcome, pointers, statuses, succeeds } from './course-builders';
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

const ids = (lessons: { id: number }[]): number[] => lessons.map(({ id }) => id);
const read = async (courseId: number) => succeeds(teacher.get(`/courses/${courseId}`));
const listLessonIds = async (courseId: number): Promise<number[]> => ids((await read(courseId)).lessons);
const listPositions = async (courseId: number): Promise<number[]> =>
  (await read(courseId)).lessons.map(({ order }: { order: number }) => order);
async function createEnrolledStudent(courseId: number): Promise<Client> {
  const learner = await school.student();
  await succeeds(learner.post(`/courses/${courseId}/enrollment`));
  return learner;
}
const getProgressPercent = async (learner: Client) =>
  (await succeeds(learner.get('/me/enrollments'))).data[0].progressPercentage;

describe('a new lesson', () => {
  test('a new lesson is the last one, published and mandatory, and has the default reward', async () => {
    const { id, lessonId } = await aCourse(teacher);
    const materials = [{ title: 'Shopping list', url: 'https://example.org/list' }];
    const response = await teacher.post(`/courses/${id}/lessons`, lesson({ title: 'Washes', materials }));
    expect(response).toMatchObject({
      status: 201,
      body: {
        courseId: id,
        title: 'Washes',
        order: 2,
        materials: materials.map((material) => ({ ...material, fileId: null })),
        videoUrl: '',
        durationMinutes: 0,
        isMandatory: true,
        isPublished: true,
        teocoinReward: 10,
        archivedAt: null,
        version: 1,
      },
    });
    expect(await succeeds(teacher.get(`/lessons/${response.body.id}`))).toEqual(response.body);
    expect(await read(id)).toMatchObject({ lessonCount: 2, version: 2 });
    expect(await listLessonIds(id)).toEqual([lessonId, response.body.id]);
  });

  test('a lesson that is created with a position moves the later lessons', async () => {
    const { id } = await aDraft(teacher);
    const [lessonA, lessonB] = [await aLesson(teacher, id), await aLesson(teacher, id)];
    const first = await aLesson(teacher, id, { order: 1 });
    const third = await aLesson(teacher, id, { order: 3 });
    const last = await aLesson(teacher, id, { order: 50 });
    expect([first.order, third.order, last.order]).toEqual([1, 3, 5]);
    expect(await listLessonIds(id)).toEqual([first.id, lessonA.id, third.id, lessonB.id, last.id]);
    expect(await listPositions(id)).toEqual([1, 2, 3, 4, 5]);
  });

  test('lessons that are created concurrently get different positions and are all counted', async () => {
    const { id } = await aDraft(teacher);
    await Promise.all(Array.from({ length: 6 }, () => aLesson(teacher, id)));
    expect(await listPositions(id)).toEqual([1, 2, 3, 4, 5, 6]);
    expect((await read(id)).lessonCount).toBe(6);
  });

  test.each<[string, object, string]>([
    ['no title', { title: '' }, '/body/title'],
    ['no type', { lessonType: undefined }, '/body/lessonType'],
    ['an unknown type', { lessonType: 'trip' }, '/body/lessonType'],
    ['the position 0', { order: 0 }, '/body/order'],
    ['a negative duration', { durationMinutes: -5 }, '/body/durationMinutes'],
    ['a plain http video', { videoUrl: 'http://example.org/v' }, '/body/videoUrl'],
    ['a script as video', { videoUrl: 'javascript:alert(1)' }, '/body/videoUrl'],
    ['a video address of 201 characters', { videoUrl: `https://example.org/${'v'.repeat(181)}` }, '/body/videoUrl'],
    ['a space in an address', { videoUrl: 'https://example.org/a b' }, '/body/videoUrl'],
    ['a password in an address', { videoUrl: 'https://me:word@example.org/' }, '/body/videoUrl'],
    ['an address without a host', { videoUrl: 'https:video' }, '/body/videoUrl'],
    ['a plain http material', { materials: [{ title: 'a', url: 'http://example.org' }] }, '/body/materials/0/url'],
    ['a material without a title', { materials: [{ url: 'https://example.org' }] }, '/body/materials/0/title'],
    ['an unknown member', { courseId: 1 }, '/body/courseId'],
    ['U+0000 in the content', { content: 'a\0' }, '/body/content'],
    ['nothing to read', { content: ' \n' }, '/body/content'],
    ['no video and no text', { lessonType: 'video', content: '' }, '/body/content'],
    ['no meeting place', { lessonType: 'live', content: '' }, '/body/content'],
    ['no question', { lessonType: 'quiz', content: '' }, '/body/content'],
  ])('a new lesson with %s is refused with 422', async (_, more, pointer) => {
    const { id } = await aDraft(teacher);
    const response = await teacher.post(`/courses/${id}/lessons`, lesson(more as Record<string, unknown>));
    expect([response.status, pointers(response.body)]).toEqual([422, [pointer]]);
    expect((await read(id)).lessons).toEqual([]);
  });

  test('only the teacher of a course and administrators can add a lesson to it', async () => {
    const [open, draft] = [await aCourse(teacher), await aDraft(teacher)];
    const add = (actor: Client, id: number) => outcome(actor.post(`/courses/${id}/lessons`, lesson()));
    expect(await add(otherTeacher, open.id)).toEqual([403, 'FORBIDDEN']);
    expect(await add(otherTeacher, draft.id)).toEqual([404, 'COURSE_NOT_FOUND']);
    expect(await add(student, open.id)).toEqual([403, 'FORBIDDEN']);
    expect(await add(admin, draft.id)).toEqual([201]);
    expect(await add(teacher, 999_999)).toEqual([404, 'COURSE_NOT_FOUND']);
  });

  test('the lesson after the 500th of a course is refused with LIMIT_REACHED', async () => {
    const { id } = await aDraft(teacher);
    const { id: lessonId } = await aLesson(teacher, id);
    await school.database.transaction(() =>
      school.database.run(
        `INSERT INTO courses_lesson (course_id, title, content, "order", lesson_type, materials, created_at, updated_at)
         WITH RECURSIVE n (at) AS (SELECT 2 UNION ALL SELECT at + 1 FROM n WHERE at < 500)
         SELECT course_id, title, content, n.at, lesson_type, materials, created_at, updated_at
         FROM courses_lesson, n WHERE courses_lesson.id = $1`,
        [lessonId],
      ),
    );
    expect(await outcome(teacher.post(`/courses/${id}/lessons`, lesson()))).toEqual([409, 'LIMIT_REACHED']);
  });
});

describe('reading a lesson', () => {
  test('enrolled students, the teacher and administrators can read a lesson, and others get ENROLLMENT_REQUIRED', async () => {
    const { id, lessonId } = await aCourse(teacher);
    const tryRead = (actor: Client) => outcome(actor.get(`/lessons/${lessonId}`));
    const learner = await createEnrolledStudent(id);
    expect(await Promise.all([teacher, admin, learner].map(tryRead))).toEqual([[200], [200], [200]]);
    expect(await tryRead(student)).toEqual([403, 'ENROLLMENT_REQUIRED']);
    expect(await tryRead(otherTeacher)).toEqual([403, 'ENROLLMENT_REQUIRED']);
    expect(await tryRead(school.visitor)).toEqual([401, 'UNAUTHENTICATED']);
    await succeeds(learner.delete(`/courses/${id}/enrollment`));
    expect(await tryRead(learner)).toEqual([403, 'ENROLLMENT_REQUIRED']);
  });

  test('only the authors of a draft lesson can read it, and others get 404', async () => {
    const { id } = await aCourse(teacher);
    const draft = await aLesson(teacher, id, { isPublished: false });
    const learner = await createEnrolledStudent(id);
    for (const reader of [learner, student, otherTeacher])
      expect(await outcome(reader.get(`/lessons/${draft.id}`))).toEqual([404, 'LESSON_NOT_FOUND']);
    expect(await outcome(teacher.get(`/lessons/${draft.id}`))).toEqual([200]);
    const hidden = await aLesson(teacher, (await aDraft(teacher)).id);
    expect(await outcome(student.get(`/lessons/${hidden.id}`))).toEqual([404, 'LESSON_NOT_FOUND']);
  });

  test('reading a lesson with its exercises and the own state costs four statements', async () => {
    const { id, lessonId } = await aCourse(teacher);
    for (let count = 0; count < 3; count++) await anExercise(teacher, lessonId);
    const learner = await createEnrolledStudent(id);
    await learner.get(`/lessons/${lessonId}`);
    const { statements } = await school.statements(() => learner.get(`/lessons/${lessonId}`));
    expect(statements).toHaveLength(4);
  });
});

describe('the list of lessons', () => {
  test('the list of lessons has pages in teaching order, and students do not see drafts', async () => {
    const { id, lessonId } = await aCourse(teacher);
    const [draft, lessonB] = [await aLesson(teacher, id, { isPublished: false }), await aLesson(teacher, id)];
    const first = await aLesson(teacher, id, { order: 1 });
    const list = (actor: Client, query: string) => succeeds(actor.get(`/courses/${id}/lessons?${query}`));
    const page = await list(student, 'limit=2&withTotal=true');
    expect([ids(page.data), page.page.total]).toEqual([[first.id, lessonId], 3]);
    expect(ids((await list(student, `limit=2&cursor=${page.page.nextCursor}`)).data)).toEqual([lessonB.id]);
    expect(ids((await list(teacher, '')).data)).toEqual([first.id, lessonId, draft.id, lessonB.id]);
    expect(await outcome(student.get(`/courses/${(await aDraft(teacher)).id}/lessons`))).toEqual([
      404,
      'COURSE_NOT_FOUND',
    ]);
  });

  test('only the authors of a course can list its archived lessons', async () => {
    const { id, lessonId } = await aCourse(teacher);
    const learner = await createEnrolledStudent(id);
    await succeeds(learner.put(`/lessons/${lessonId}/completion`, {}));
    await succeeds(teacher.delete(`/lessons/${lessonId}`));
    const list = (actor: Client, query: string) => actor.get(`/courses/${id}/lessons?${query}`);
    expect(ids((await succeeds(list(teacher, 'isArchived=true'))).data)).toEqual([lessonId]);
    expect((await succeeds(list(teacher, ''))).data).toEqual([]);
    expect(await outcome(list(learner, 'isArchived=true'))).toEqual([403, 'FORBIDDEN']);
  });
});

describe('the order of lessons', () => {
  test('one request sets the order of all lessons of a course', async () => {
    const { id } = await aDraft(teacher);
    const created = [
      await aLesson(teacher, id),
      await aLesson(teacher, id, { isPublished: false }),
      await aLesson(teacher, id),
    ];
    const newOrder = [created[2]!.id, created[0]!.id, created[1]!.id];
    const { result, statements } = await school.statements(() =>
      teacher.put(`/courses/${id}/lesson-order`, { lessonIds: newOrder }),
    );
    expect([result.status, ids(result.body.lessons)]).toEqual([200, newOrder]);
    expect([await listLessonIds(id), await listPositions(id)]).toEqual([newOrder, [1, 2, 3]]);
    expect(statements.filter((sql) => sql.startsWith('UPDATE courses_lesson'))).toHaveLength(1);
  });

  test('a lesson order must name each lesson of the course exactly once', async () => {
    const { id, lessonId: lessonA } = await aCourse(teacher);
    const { id: lessonB } = await aLesson(teacher, id);
    const otherCourse = await aCourse(teacher);
    const reorder = async (lessonIds: unknown) => {
      const { status, body } = await teacher.put(`/courses/${id}/lesson-order`, { lessonIds });
      return [status, pointers(body)];
    };
    expect(await reorder([lessonA])).toEqual([422, ['/body/lessonIds']]);
    expect(await reorder([])).toEqual([422, ['/body/lessonIds']]);
    expect(await reorder([lessonA, lessonB, lessonA])).toEqual([422, ['/body/lessonIds/2']]);
    expect(await reorder([lessonB, lessonA, otherCourse.lessonId])).toEqual([422, ['/body/lessonIds/2']]);
    expect(await reorder(['x'])).toEqual([422, ['/body/lessonIds/0']]);
    expect(await listLessonIds(id)).toEqual([lessonA, lessonB]);
    expect(await outcome(otherTeacher.put(`/courses/${id}/lesson-order`, { lessonIds: [lessonB, lessonA] }))).toEqual([
      403,
      'FORBIDDEN',
    ]);
  });

  test('two concurrent requests for a lesson order result in one of the two orders', async () => {
    const { id } = await aDraft(teacher);
    const [lessonA, lessonB, lessonC] = [
      await aLesson(teacher, id),
      await aLesson(teacher, id),
      await aLesson(teacher, id),
    ];
    const orders = [ids([lessonC, lessonB, lessonA]), ids([lessonB, lessonA, lessonC])];
    await Promise.all(orders.map((lessonIds) => succeeds(teacher.put(`/courses/${id}/lesson-order`, { lessonIds }))));
    expect(orders).toContainEqual(await listLessonIds(id));
    expect(await listPositions(id)).toEqual([1, 2, 3]);
  });

  test('moving a lesson shifts the other lessons of the course', async () => {
    const { id } = await aDraft(teacher);
    const [lessonA, lessonB, lessonC] = [
      await aLesson(teacher, id),
      await aLesson(teacher, id),
      await aLesson(teacher, id),
    ];
    expect(await succeeds(teacher.patch(`/lessons/${lessonA.id}`, { order: 3 }))).toMatchObject({
      order: 3,
      version: 2,
    });
    expect(await listLessonIds(id)).toEqual(ids([lessonB, lessonC, lessonA]));
    expect(await succeeds(teacher.patch(`/lessons/${lessonC.id}`, { order: 1 }))).toMatchObject({ order: 1 });
    expect(await listLessonIds(id)).toEqual(ids([lessonC, lessonB, lessonA]));
    expect(await succeeds(teacher.patch(`/lessons/${lessonB.id}`, { order: 99 }))).toMatchObject({ order: 3 });
    expect(await listLessonIds(id)).toEqual(ids([lessonC, lessonA, lessonB]));
  });
});

describe('changing a lesson', () => {
  test('a change increments the version of a lesson, and a request with an older If-Match gets 412', async () => {
    const { lessonId } = await aCourse(teacher);
    const { etag } = (await teacher.get(`/lessons/${lessonId}`)).headers;
    const edit = (title: string) => teacher.patch(`/lessons/${lessonId}`, { title }, { 'if-match': etag! });
    const responses = await Promise.all([edit('One'), edit('Two'), edit('Three')]);
    expect(statuses(responses)).toEqual([200, 412, 412]);
    expect((await succeeds(teacher.get(`/lessons/${lessonId}`))).version).toBe(2);
    expect(await succeeds(teacher.patch(`/lessons/${lessonId}`, {}))).toMatchObject({ version: 2 });
  });

  test('a change that leaves a published lesson without content is refused with 422', async () => {
    const { lessonId } = await aCourse(teacher);
    const path = `/lessons/${lessonId}`;
    expect(pointers((await teacher.patch(path, { content: '' })).body)).toEqual(['/body/content']);
    await succeeds(teacher.patch(path, { content: '', videoUrl: 'https://video.example.org/1', lessonType: 'video' }));
    expect(pointers((await teacher.patch(path, { videoUrl: '' })).body)).toEqual(['/body/content']);
    await succeeds(teacher.delete(`${path}/publication`));
    await succeeds(teacher.patch(path, { videoUrl: '' }));
    expect(await outcome(teacher.put(`${path}/publication`))).toEqual([409, 'LESSON_NOT_SERVABLE']);
  });

  test('only the teacher of the course and administrators can change a lesson', async () => {
    const { id, lessonId } = await aCourse(teacher);
    const draft = await aLesson(teacher, id, { isPublished: false });
    const learner = await createEnrolledStudent(id);
    const rename = (actor: Client, id: number) => outcome(actor.patch(`/lessons/${id}`, { title: 'Mine' }));
    expect(await rename(otherTeacher, lessonId)).toEqual([403, 'FORBIDDEN']);
    expect(await rename(learner, lessonId)).toEqual([403, 'FORBIDDEN']);
    expect(await rename(otherTeacher, draft.id)).toEqual([404, 'LESSON_NOT_FOUND']);
    expect(await rename(admin, draft.id)).toEqual([200]);
    expect(await rename(teacher, 999_999)).toEqual([404, 'LESSON_NOT_FOUND']);
    for (const path of [`/lessons/${lessonId}`, `/lessons/${lessonId}/publication`])
      expect(await outcome(otherTeacher.delete(path))).toEqual([403, 'FORBIDDEN']);
  });
});

describe('the lessons that students must complete', () => {
  const contentChanged = (courseId: number): [string, object][] => [['CourseContentChanged', { courseId }]];

  test('CourseContentChanged is published exactly when the set of published mandatory lessons changes', async () => {
    const { id, lessonId } = await aCourse(teacher);
    const path = `/lessons/${lessonId}`;
    const publishedByRequest = (work: () => Promise<unknown>) =>
      publishedBy(school, () => succeeds(work() as ReturnType<Client['get']>));
    expect(await publishedBy(school, () => aLesson(teacher, id))).toEqual(contentChanged(id));
    expect(await publishedBy(school, () => aLesson(teacher, id, { isMandatory: false }))).toEqual([]);
    expect(await publishedBy(school, () => aLesson(teacher, id, { isPublished: false }))).toEqual([]);
    expect(await publishedByRequest(() => teacher.patch(path, { title: 'New' }))).toEqual([]);
    expect(await publishedByRequest(() => teacher.patch(path, { isMandatory: false }))).toEqual(contentChanged(id));
    expect(await publishedByRequest(() => teacher.patch(path, { isMandatory: false }))).toEqual([]);
    expect(await publishedByRequest(() => teacher.delete(`${path}/publication`))).toEqual([]);
    expect(await publishedByRequest(() => teacher.patch(path, { isMandatory: true }))).toEqual([]);
    expect(await publishedByRequest(() => teacher.put(`${path}/publication`))).toEqual(contentChanged(id));
    expect(await publishedByRequest(() => teacher.put(`${path}/publication`))).toEqual([]);
    expect(await publishedByRequest(() => teacher.delete(path))).toEqual(contentChanged(id));
  });

  test('a change of the lessons updates the progress of enrolled students and the lesson count at once', async () => {
    const { id, lessonId } = await aCourse(teacher);
    const learner = await createEnrolledStudent(id);
    const second = await aLesson(teacher, id);
    await succeeds(learner.put(`/lessons/${lessonId}/completion`, {}));
    expect([await getProgressPercent(learner), (await read(id)).lessonCount]).toEqual([50, 2]);
    await succeeds(teacher.patch(`/lessons/${second.id}`, { isMandatory: false }));
    expect([await getProgressPercent(learner), (await read(id)).lessonCount]).toEqual([100, 2]);
    const third = await aLesson(teacher, id);
    expect([await getProgressPercent(learner), (await read(id)).lessonCount]).toEqual([50, 3]);
    await succeeds(teacher.delete(`/lessons/${third.id}/publication`));
    expect([await getProgressPercent(learner), (await read(id)).lessonCount]).toEqual([100, 2]);
  });

  test('the lesson count is right after lessons were published and withdrawn concurrently', async () => {
    const { id } = await aCourse(teacher);
    const drafts = [];
    for (let index = 0; index < 5; index++) drafts.push(await aLesson(teacher, id, { isPublished: false }));
    await Promise.all(drafts.map((draft) => succeeds(teacher.put(`/lessons/${draft.id}/publication`))));
    expect((await read(id)).lessonCount).toBe(6);
    await Promise.all(drafts.map((draft) => succeeds(teacher.delete(`/lessons/${draft.id}/publication`))));
    expect((await read(id)).lessonCount).toBe(1);
  });
});

describe('removing a lesson', () => {
  test('a lesson without learner data is deleted with its exercises', async () => {
    const { id } = await aCourse(teacher);
    const { id: lessonId } = await aLesson(teacher, id);
    const exercise = await anExercise(teacher, lessonId);
    await createEnrolledStudent(id);
    expect(await succeeds(teacher.delete(`/lessons/${lessonId}`))).toEqual({ status: 'deleted' });
    expect(await outcome(teacher.get(`/lessons/${lessonId}`))).toEqual([404, 'LESSON_NOT_FOUND']);
    expect(await outcome(teacher.get(`/exercises/${exercise.id}`))).toEqual([404, 'EXERCISE_NOT_FOUND']);
    expect((await read(id)).lessonCount).toBe(1);
  });

  test('a lesson that a student has completed is archived, and can be restored', async () => {
    const { id, lessonId } = await aCourse(teacher);
    const last = await aLesson(teacher, id);
    const learner = await createEnrolledStudent(id);
    await succeeds(learner.put(`/lessons/${lessonId}/completion`, {}));
    const remove = () => succeeds(teacher.delete(`/lessons/${lessonId}`));
    expect(await publishedBy(school, remove)).toEqual([['CourseContentChanged', { courseId: id }]]);
    expect(await publishedBy(school, async () => expect(await remove()).toEqual({ status: 'archived' }))).toEqual([]);
    expect([await getProgressPercent(learner), (await read(id)).lessonCount]).toEqual([0, 1]);
    expect(await outcome(learner.get(`/lessons/${lessonId}`))).toEqual([404, 'LESSON_NOT_FOUND']);
    expect(await outcome(teacher.patch(`/lessons/${lessonId}`, { title: 'No' }))).toEqual([409, 'ARCHIVED']);
    expect(await outcome(teacher.put(`/lessons/${lessonId}/publication`))).toEqual([409, 'ARCHIVED']);
    const restored = await succeeds(teacher.put(`/lessons/${lessonId}/restoration`));
    expect(restored).toMatchObject({ archivedAt: null, isPublished: true, order: 3 });
    expect(await listLessonIds(id)).toEqual([last.id, lessonId]);
    expect([await getProgressPercent(learner), (await read(id)).lessonCount]).toEqual([50, 2]);
    expect(await succeeds(teacher.put(`/lessons/${lessonId}/restoration`))).toEqual(restored);
  });

  test('removing a lesson while a student completes it either archives it or refuses the completion', async () => {
    const { id } = await aCourse(teacher);
    const learner = await createEnrolledStudent(id);
    for (let round = 0; round < 8; round++) {
      const { id: lessonId } = await aLesson(teacher, id);
      const [completed, removed] = await Promise.all([
        learner.put(`/lessons/${lessonId}/completion`, {}),
        teacher.delete(`/lessons/${lessonId}`),
      ]);
      expect([completed.status, removed.body.status]).toEqual(
        completed.status === 200 ? [200, 'archived'] : [404, 'deleted'],
      );
    }
  });
});
