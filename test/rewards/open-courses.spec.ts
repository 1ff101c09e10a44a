import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import { School, type Client } from '../support/school';
import { anExercise, allRight, assignment, aLemon } from '../progress/exercises';
import { balanceOf, expectNoViolations, rowsOf } from './ledger-state';

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
afterEach(() => expectNoViolations(school));
afterAll(() => school.close());

const suspend = () => admin.delete(`/teachers/${teacher.id}/approval`, { reason: 'Complaints' });
const approve = () => admin.put(`/teachers/${teacher.id}/approval`);
const complete = (client: Client, lessonIndex = 0) =>
  client.put(`/lessons/${course.lessons[lessonIndex]}/completion`, {});
const enroll = async (client: Client) => {
  const { status, body } = await client.post(`/courses/${course.id}/enrollment`);
  return body?.code ? [status, body.code] : [status];
};
const explain = async (objectType: string, objectId: number) =>
  (await ann.get(`/rewards/explain?objectType=${objectType}&objectId=${objectId}`)).body;
const transactionTypes = async () => (await rowsOf(school, ann.id)).map(({ type }) => type);

const waysToClose: [string, () => Promise<unknown>, () => Promise<unknown>][] = [
  ['whose teacher is suspended', suspend, approve],
  [
    'whose teacher’s account is closed',
    () => admin.delete(`/users/${teacher.id}/activation`),
    () => admin.put(`/users/${teacher.id}/activation`),
  ],
  [
    'that is unpublished',
    () => admin.delete(`/courses/${course.id}/publication`),
    () => admin.put(`/courses/${course.id}/publication`),
  ],
  [
    'that is archived',
    () => admin.delete(`/courses/${course.id}`),
    () => admin.put(`/courses/${course.id}/restoration`),
  ],
];

describe.each(waysToClose)('a course %s', (_, close, open) => {
  test('a closed course accepts no enrolment, is not in the catalogue, and is unchanged after it opens again', async () => {
    await close();
    const bob = await school.student();
    expect((await enroll(bob))[0]).toBeGreaterThanOrEqual(404);
    const catalogue = async () =>
      (await bob.get(`/courses?teacherId=${teacher.id}&withTotal=true`)).body as { data: unknown[]; page: object };
    expect(await catalogue()).toMatchObject({ data: [], page: { total: 0 } });
    await open();
    expect((await catalogue()).data).toHaveLength(1);
    expect(await enroll(bob)).toEqual([201]);
  });

  test('a completion in a closed course pays no coins, but counts for progress and achievements, and the explanation says why', async () => {
    await close();
    for (const lessonIndex of [0, 1]) expect((await complete(ann, lessonIndex)).status).toBe(200);
    expect((await ann.get('/me/progress')).body).toMatchObject({
      lessonsCompleted: 2,
      coursesCompleted: 1,
      totalCoinsEarned: 0,
    });
    const earned = (await ann.get('/me/achievements')).body.earned as { type: string; id: number }[];
    expect(earned.map(({ type }) => type)).toEqual(expect.arrayContaining(['first_course', 'first_lesson']));
    expect(await transactionTypes()).toEqual([]);
    expect((await explain('courses.lesson', course.lessons[0]!)).status).toBe('course_closed');
    expect((await explain('courses.course', course.id)).status).toBe('course_closed');
    expect((await explain('rewards.achievement', earned[0]!.id)).status).toBe('course_closed');
  });

  test('a completion in a closed course is not paid after the course opens again', async () => {
    await close();
    for (const lessonIndex of [0, 1]) await complete(ann, lessonIndex);
    await open();
    await complete(ann);
    await school.settle();
    expect(await balanceOf(school, ann.id)).toBe(0);
    expect(await explain('courses.lesson', course.lessons[1]!)).toMatchObject({ status: 'course_closed', reward: 10 });
  });
});

test('a lesson that is completed again after the course opens is paid once', async () => {
  await suspend();
  await complete(ann);
  await approve();
  for (let repetition = 0; repetition < 2; repetition++) {
    await ann.delete(`/lessons/${course.lessons[0]}/completion`);
    await complete(ann);
  }
  expect((await transactionTypes()).filter((type) => type === 'earned_lesson')).toHaveLength(1);
  expect((await explain('courses.lesson', course.lessons[0]!)).status).toMatch(/^paid/);
});

test('an exercise that is passed while the teacher is suspended pays nothing, whether graded automatically or by a person', async () => {
  const quizId = await anExercise(school, course.lessons[0]);
  const assignmentId = await anExercise(school, course.lessons[0], assignment);
  const submissionId = (await ann.post(`/exercises/${assignmentId}/submissions`, aLemon)).body.id;
  await suspend();
  expect((await ann.post(`/exercises/${quizId}/submissions`, { answers: allRight })).body.status).toBe('approved');
  await admin.put(`/submissions/${submissionId}/grade`, { score: 90, status: 'approved' });
  expect((await transactionTypes()).filter((type) => type === 'earned_exercise')).toEqual([]);
  for (const id of [quizId, assignmentId]) expect((await explain('courses.exercise', id)).status).toBe('course_closed');
});

test('a course that its teacher withdrew stays withdrawn after the teacher is suspended and approved again', async () => {
  await teacher.delete(`/courses/${course.id}/publication`);
  await suspend();
  await approve();
  expect(await enroll(await school.student())).toEqual([404, 'COURSE_NOT_FOUND']);
});

test('a lesson completed during concurrent suspensions is paid only if its explanation says that it was paid', async () => {
  const students = await Promise.all(Array.from({ length: 6 }, () => anEnrolledStudent(school, course)));
  await suspend();
  await Promise.all([approve(), ...students.map((student) => complete(student)), suspend()]);
  for (const student of students) {
    const isPaid = (await rowsOf(school, student.id)).some(({ type }) => type === 'earned_lesson');
    const path = `/rewards/explain?objectType=courses.lesson&objectId=${course.lessons[0]}`;
    const explanation = (await student.get(path)).body;
    expect(explanation.status).toBe(isPaid ? 'paid' : 'course_closed');
  }
});

describe('teachers in their own course', () => {
  test('a teacher earns no achievement in the own course, and the first lesson in another course counts as the first', async () => {
    const earnedTypes = async () =>
      ((await teacher.get('/me/achievements')).body.earned as { type: string }[]).map(({ type }) => type).sort();
    const exerciseId = await anExercise(school, course.lessons[0]);
    await teacher.post(`/courses/${course.id}/enrollment`);
    for (const lessonIndex of [0, 1]) await complete(teacher, lessonIndex);
    await teacher.post(`/exercises/${exerciseId}/submissions`, { answers: allRight });
    expect((await teacher.get('/me/progress')).body).toMatchObject({ lessonsCompleted: 2, streakDays: 0 });
    expect([await earnedTypes(), await balanceOf(school, teacher.id)]).toEqual([[], 0]);

    const otherCourse = await aPublishedCourse(school, (await school.teacher()).id, { lessons: 1 });
    await teacher.post(`/courses/${otherCourse.id}/enrollment`);
    await teacher.put(`/lessons/${otherCourse.lessons[0]}/completion`, {});
    expect(await earnedTypes()).toEqual(expect.arrayContaining(['first_course', 'first_lesson']));
    expect(await earnedTypes()).not.toContain('first_exercise');
  });

  test('a teacher completes the own course without an achievement when its last missing lesson is unpublished', async () => {
    await teacher.post(`/courses/${course.id}/enrollment`);
    await complete(teacher);
    await teacher.delete(`/lessons/${course.lessons[1]}/publication`);
    expect((await teacher.get('/me/progress')).body).toMatchObject({ coursesCompleted: 1, achievementsEarned: 0 });
  });
});
