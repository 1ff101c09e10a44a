import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import { School, type Client } from '../support/school';
import { anExercise, allRight, assignment, aLemon } from '../progress/exercises';
import { balanceOf, expectCleanBooks, rowsOf } from './books';

let school: School;
let admin: Client;
let teacher: Client;
let course: BuiltCourse;
let ann: Client;
beforeAll(async () => {
  school = await School.open();
  admin = await school.admin();
}, 60_000);
beforeEach(async () => {
  teacher = await school.teacher();
  course = await aPublishedCourse(school, teacher.id, { lessons: 2 });
  ann = await anEnrolledStudent(school, course);
});
afterEach(() => expectCleanBooks(school));
afterAll(() => school.close());

const suspend = () => admin.delete(`/teachers/${teacher.id}/approval`, { reason: 'Complaints' });
const approve = () => admin.put(`/teachers/${teacher.id}/approval`);
const complete = (client: Client, at = 0) => client.put(`/lessons/${course.lessons[at]}/completion`, {});
const enroll = async (client: Client) => {
  const { status, body } = await client.post(`/courses/${course.id}/enrollment`);
  return body?.code ? [status, body.code] : [status];
};
const explain = async (objectType: string, objectId: number) =>
  (await ann.get(`/rewards/explain?objectType=${objectType}&objectId=${objectId}`)).body;
const coins = async () => (await rowsOf(school, ann.id)).map(({ type }) => type);

const closings: [string, () => Promise<unknown>, () => Promise<unknown>][] = [
  ['whose teacher is suspended', suspend, approve],
  [
    'whose teacher’s account is closed',
    () => admin.delete(`/users/${teacher.id}/activation`),
    () => admin.put(`/users/${teacher.id}/activation`),
  ],
  [
    'that is withdrawn',
    () => admin.delete(`/courses/${course.id}/publication`),
    () => admin.put(`/courses/${course.id}/publication`),
  ],
  [
    'that is archived',
    () => admin.delete(`/courses/${course.id}`),
    () => admin.put(`/courses/${course.id}/restoration`),
  ],
];

describe.each(closings)('a course %s', (_, close, open) => {
  test('takes nobody, is in no catalogue, and opens again as it was', async () => {
    await close();
    const bob = await school.student();
    expect((await enroll(bob))[0]).toBeGreaterThanOrEqual(404);
    const listed = async () =>
      (await bob.get(`/courses?teacherId=${teacher.id}&withTotal=true`)).body as { data: unknown[]; page: object };
    expect(await listed()).toMatchObject({ data: [], page: { total: 0 } });
    await open();
    expect((await listed()).data).toHaveLength(1);
    expect(await enroll(bob)).toEqual([201]);
  });

  test('pays nothing for what is done in it: progress and badges count, and the reason is told', async () => {
    await close();
    for (const at of [0, 1]) expect((await complete(ann, at)).status).toBe(200);
    expect((await ann.get('/me/progress')).body).toMatchObject({
      ...{ lessonsCompleted: 2, coursesCompleted: 1, totalCoinsEarned: 0 },
    });
    const earned = (await ann.get('/me/achievements')).body.earned as { type: string; id: number }[];
    expect(earned.map(({ type }) => type)).toEqual(expect.arrayContaining(['first_course', 'first_lesson']));
    expect(await coins()).toEqual([]);
    expect((await explain('courses.lesson', course.lessons[0]!)).outcome).toBe('course_closed');
    expect((await explain('courses.course', course.id)).outcome).toBe('course_closed');
    expect((await explain('rewards.achievement', earned[0]!.id)).outcome).toBe('course_closed');
  });

  test('does not pay later for what was done while it was closed', async () => {
    await close();
    for (const at of [0, 1]) await complete(ann, at);
    await open();
    await complete(ann);
    await school.settle();
    expect(await balanceOf(school, ann.id)).toBe(0);
    expect(await explain('courses.lesson', course.lessons[1]!)).toMatchObject({ outcome: 'course_closed', reward: 10 });
  });
});

test('a lesson that is done again once the course is open is paid then, once', async () => {
  await suspend();
  await complete(ann);
  await approve();
  for (let again = 0; again < 2; again++) {
    await ann.delete(`/lessons/${course.lessons[0]}/completion`);
    await complete(ann);
  }
  expect((await coins()).filter((type) => type === 'earned_lesson')).toHaveLength(1);
  expect((await explain('courses.lesson', course.lessons[0]!)).outcome).toMatch(/^paid/);
});

test('an exercise that is passed while the teacher is suspended pays nothing, graded by itself or by a person', async () => {
  const quiz = await anExercise(school, course.lessons[0]);
  const work = await anExercise(school, course.lessons[0], assignment);
  const handedIn = (await ann.post(`/exercises/${work}/submissions`, aLemon)).body.id;
  await suspend();
  expect((await ann.post(`/exercises/${quiz}/submissions`, { answers: allRight })).body.status).toBe('approved');
  await admin.put(`/submissions/${handedIn}/grade`, { score: 90, status: 'approved' });
  expect((await coins()).filter((type) => type === 'earned_exercise')).toEqual([]);
  for (const id of [quiz, work]) expect((await explain('courses.exercise', id)).outcome).toBe('course_closed');
});

test('a suspended teacher’s withdrawn course stays withdrawn after a new approval', async () => {
  await teacher.delete(`/courses/${course.id}/publication`);
  await suspend();
  await approve();
  expect(await enroll(await school.student())).toEqual([404, 'COURSE_NOT_FOUND']);
});

test('while a teacher is suspended again and again, nobody is paid for a lesson of a moment when they were', async () => {
  const students = await Promise.all(Array.from({ length: 6 }, () => anEnrolledStudent(school, course)));
  await suspend();
  await Promise.all([approve(), ...students.map((student) => complete(student)), suspend()]);
  for (const student of students) {
    const paid = (await rowsOf(school, student.id)).some(({ type }) => type === 'earned_lesson');
    const told = (await student.get(`/rewards/explain?objectType=courses.lesson&objectId=${course.lessons[0]}`)).body;
    expect(told.outcome).toBe(paid ? 'paid' : 'course_closed');
  }
});

describe('in their own course', () => {
  test('a teacher earns no badge, and the first lesson elsewhere is their first', async () => {
    const types = async () =>
      ((await teacher.get('/me/achievements')).body.earned as { type: string }[]).map(({ type }) => type).sort();
    const exercise = await anExercise(school, course.lessons[0]);
    await teacher.post(`/courses/${course.id}/enrollment`);
    for (const at of [0, 1]) await complete(teacher, at);
    await teacher.post(`/exercises/${exercise}/submissions`, { answers: allRight });
    expect((await teacher.get('/me/progress')).body).toMatchObject({ lessonsCompleted: 2, streakDays: 0 });
    expect([await types(), await balanceOf(school, teacher.id)]).toEqual([[], 0]);

    const other = await aPublishedCourse(school, (await school.teacher()).id, { lessons: 1 });
    await teacher.post(`/courses/${other.id}/enrollment`);
    await teacher.put(`/lessons/${other.lessons[0]}/completion`, {});
    expect(await types()).toEqual(expect.arrayContaining(['first_course', 'first_lesson']));
    expect(await types()).not.toContain('first_exercise');
  });

  test('a teacher whose missing lesson goes away completes it without a badge', async () => {
    await teacher.post(`/courses/${course.id}/enrollment`);
    await complete(teacher);
    await teacher.delete(`/lessons/${course.lessons[1]}/publication`);
    expect((await teacher.get('/me/progress')).body).toMatchObject({ coursesCompleted: 1, achievementsEarned: 0 });
  });
});
