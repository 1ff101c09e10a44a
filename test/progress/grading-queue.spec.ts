import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import { School, type Client } from '../support/school';
import { aLemon, anExercise, assignment } from './exercises';

let school: School;
let teacher: Client;
let students: Client[];
let watercolour: BuiltCourse;
let linocut: BuiltCourse;
let lemon: number;
let print: number;
/** The ids of the pending submissions, oldest first. */
let waiting: number[];

const handInAt = (minute: number, student: Client, exercise: number): Promise<number> =>
  school.clock.at(new Date(Date.UTC(2026, 4, 1, 9, minute)), async () => {
    const { status, body } = await student.post(`/exercises/${exercise}/submissions`, aLemon);
    expect(status).toBe(201);
    return body.id;
  });

/** Two courses of one teacher with four pending submissions, and a course of another teacher with one. */
beforeAll(async () => {
  school = await School.open();
  teacher = await school.teacher();
  watercolour = await aPublishedCourse(school, teacher.id, { lessons: 1, title: 'Watercolour' });
  linocut = await aPublishedCourse(school, teacher.id, { lessons: 1, title: 'Linocut' });
  lemon = await anExercise(school, watercolour.lessons[0], assignment);
  print = await anExercise(school, linocut.lessons[0], assignment);
  const first = await anEnrolledStudent(school, watercolour);
  const second = await anEnrolledStudent(school, watercolour);
  await first.post(`/courses/${linocut.id}/enrollment`);
  students = [first, second];
  const inNewOrder = [
    await handInAt(2, first, lemon),
    await handInAt(1, second, lemon),
    await handInAt(3, first, print),
    await handInAt(3, first, lemon),
  ];
  waiting = [inNewOrder[1]!, inNewOrder[0]!, inNewOrder[2]!, inNewOrder[3]!];
  const other = await school.teacher();
  const otherCourse = await aPublishedCourse(school, other.id, { lessons: 1 });
  const otherExercise = await anExercise(school, otherCourse.lessons[0], assignment);
  await handInAt(0, await anEnrolledStudent(school, otherCourse), otherExercise);
});
afterAll(() => school.close());

const queueOf = async (person: Client, query = ''): Promise<number[]> =>
  (await person.get(`/me/grading?limit=100${query}`)).body.data.map(({ id }: { id: number }) => id);

describe('the grading queue', () => {
  test('a teacher sees the pending work of all own courses, longest waiting first, with names and titles', async () => {
    const { body } = await teacher.get('/me/grading?withTotal=true');
    expect(body.data.map(({ id }: { id: number }) => id)).toEqual(waiting);
    expect(body.page).toEqual({ nextCursor: null, hasMore: false, total: 4 });
    expect(body.data[2]).toEqual({
      id: waiting[2],
      student: { id: students[0]!.id, username: students[0]!.username, name: expect.any(String) },
      exercise: { id: print, title: 'Know your colours' },
      lesson: { id: linocut.lessons[0], title: 'Lesson 1' },
      course: { id: linocut.id, title: 'Linocut' },
      attemptNumber: 1,
      submittedAt: '2026-05-01T09:03:00.000Z',
      thumbnailUrl: null,
    });
    expect(body.courses).toEqual([
      {
        courseId: watercolour.id,
        courseTitle: 'Watercolour',
        pendingCount: 3,
        oldestSubmittedAt: '2026-05-01T09:01:00.000Z',
      },
      { courseId: linocut.id, courseTitle: 'Linocut', pendingCount: 1, oldestSubmittedAt: '2026-05-01T09:03:00.000Z' },
    ]);
  });

  test('the pages of the queue contain each submission once, also those of the same moment', async () => {
    const found: number[] = [];
    let cursor = '';
    do {
      const { body } = await teacher.get(`/me/grading?limit=1${cursor && `&cursor=${cursor}`}`);
      found.push(...body.data.map(({ id }: { id: number }) => id));
      cursor = body.page.nextCursor ?? '';
    } while (cursor);
    expect(found).toEqual(waiting);
  });

  test('the filters select a course, a lesson, an exercise and a student', async () => {
    expect(await queueOf(teacher, `&courseId=${linocut.id}`)).toEqual([waiting[2]]);
    expect(await queueOf(teacher, `&lessonId=${linocut.lessons[0]}`)).toEqual([waiting[2]]);
    expect(await queueOf(teacher, `&exerciseId=${print}&studentId=${students[0]!.id}`)).toEqual([waiting[2]]);
    expect(await queueOf(teacher, `&studentId=${students[1]!.id}`)).toEqual([waiting[0]]);
    expect(await queueOf(teacher, '&courseId=999999')).toEqual([]);
  });

  test('an administrator sees the work of all courses, and a teacher without work sees an empty queue', async () => {
    const admin = await school.admin();
    expect(await queueOf(admin)).toHaveLength(5);
    const { body } = await (await school.teacher()).get('/me/grading');
    expect(body).toEqual({ data: [], page: { nextCursor: null, hasMore: false }, courses: [] });
  });

  test('a student and a teacher who is not approved have no queue', async () => {
    const unapproved = await school.teacher({ approved: false });
    for (const person of [students[0]!, unapproved])
      expect(await person.get('/me/grading')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect((await school.visitor.get('/me/grading')).status).toBe(401);
  });

  test('a page of the queue costs two statements, and a third one for the total', async () => {
    await teacher.get('/me/grading');
    const page = await school.statements(() => teacher.get('/me/grading'));
    expect(page.statements).toHaveLength(2);
    const withTotal = await school.statements(() => teacher.get('/me/grading?withTotal=true'));
    expect(withTotal.statements).toHaveLength(3);
  });

  test('a cursor of another list is refused with 422', async () => {
    const { body } = await teacher.get('/me/courses?limit=1');
    expect(await teacher.get(`/me/grading?cursor=${body.page.nextCursor}`)).toMatchObject({ status: 422 });
  });

  test('the own work of an administrator is not in their queue, because they cannot grade it', async () => {
    const admin = await school.admin();
    await admin.post(`/courses/${watercolour.id}/enrollment`);
    const own = await handInAt(5, admin, lemon);
    expect(await queueOf(admin)).not.toContain(own);
    expect((await admin.put(`/submissions/${own}/grade`, { score: 1, status: 'approved' })).status).toBe(403);
    await teacher.put(`/submissions/${own}/grade`, { score: 1, status: 'approved' });
  });
});

describe('grading one after another', () => {
  test('a submission tells its grader the exercise and the next and the previous submission, with two statements', async () => {
    const read = await school.statements(() => teacher.get(`/submissions/${waiting[1]}`));
    expect(read.statements).toHaveLength(2);
    expect(read.result.body).toMatchObject({
      student: { id: students[0]!.id, username: students[0]!.username },
      grading: {
        exercise: { exerciseType: 'assignment', content: { prompt: 'Paint a lemon.' }, passingPercent: 60 },
        lesson: { id: watercolour.lessons[0] },
        course: { id: watercolour.id, title: 'Watercolour' },
        nextId: waiting[2],
        previousId: waiting[0],
        pendingCount: 4,
      },
    });
    const filtered = await teacher.get(`/submissions/${waiting[1]}?courseId=${watercolour.id}`);
    expect(filtered.body.grading).toMatchObject({ nextId: waiting[3], previousId: waiting[0], pendingCount: 3 });
  });

  test('the student of a submission sees nothing of the queue', async () => {
    const { body } = await students[0]!.get(`/submissions/${waiting[1]}`);
    expect(body.grading).toBeNull();
  });

  test('after the last submission of the queue the next one is the oldest', async () => {
    const { body } = await teacher.get(`/submissions/${waiting[3]}`);
    expect(body.grading).toMatchObject({ nextId: waiting[0], previousId: waiting[2] });
  });

  test('a teacher grades the whole queue with two requests for each submission', async () => {
    const graded: number[] = [];
    let next: number | null = waiting[1]!;
    while (next !== null) {
      const { body } = await teacher.get(`/submissions/${next}`);
      graded.push(body.id);
      const saved = await teacher.put(`/submissions/${next}/grade`, { score: 80, status: 'approved' });
      expect(saved.body).toMatchObject({ status: 'approved', grading: { pendingCount: 4 - graded.length } });
      next = saved.body.grading.nextId;
    }
    expect(graded).toEqual([waiting[1], waiting[2], waiting[3], waiting[0]]);
    expect(await queueOf(teacher)).toEqual([]);
  });
});
