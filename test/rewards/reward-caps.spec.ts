import { aCourse, aDraft, aLesson, anExercise, course, lesson, outcome, quiz } from '../courses/course-builders';
import { allRight, anExercise as storedExercise } from '../progress/exercises';
import { aPublishedCourse, anEnrolledStudent } from '../support/courses';
import { School, type Client } from '../support/school';
import { expectCleanBooks, rowsOf } from './books';

const usual = { MAX_LESSON_REWARD: '50', MAX_EXERCISE_REWARD: '100', MAX_COURSE_REWARD: '500' };

let school: School;
let teacher: Client;
beforeAll(async () => {
  school = await School.open({ environment: usual });
  teacher = await school.teacher();
}, 60_000);
afterAll(() => school.close());

test.each([
  ['course', 500, 50],
  ['lesson', 50, 10],
  ['exercise', 100, 15],
])('an author gives a %s at most %i coins, and %i where they say nothing', async (noun, most, usually) => {
  const { id } = await aDraft(teacher);
  const { id: lessonId } = await aLesson(teacher, id);
  const routes: Record<string, [string, object]> = {
    course: ['/courses', course()],
    lesson: [`/courses/${id}/lessons`, lesson()],
    exercise: [`/lessons/${lessonId}/exercises`, quiz()],
  };
  const [path, body] = routes[noun]!;
  const made = (await teacher.post(path, { ...body, teocoinReward: most })).body;
  expect(made.teocoinReward).toBe(most);
  expect((await teacher.post(path, body)).body.teocoinReward).toBe(usually);
  for (const asking of [
    teacher.post(path, { ...body, teocoinReward: most + 1 }),
    teacher.patch(`/${noun}s/${made.id}`, { teocoinReward: most + 1 }),
  ]) {
    const answer = await asking;
    expect([answer.status, answer.body.code]).toEqual([422, 'VALIDATION_FAILED']);
    expect(answer.body.errors).toEqual([
      { pointer: '/body/teocoinReward', message: expect.stringContaining(`Must be at most ${most}`) },
    ]);
  }
  expect((await teacher.get(`/${noun}s/${made.id}`)).body.teocoinReward).toBe(most);
});

test('what was stored with more pays the most there is, and says so', async () => {
  const rich = await aPublishedCourse(school, teacher.id, { lessons: 1, reward: 900, lessonReward: 700 });
  const exercise = await storedExercise(school, rich.lessons[0], { reward: 800 });
  const ann = await anEnrolledStudent(school, rich);
  await ann.post(`/exercises/${exercise}/submissions`, { answers: allRight });
  await ann.put(`/lessons/${rich.lessons[0]}/completion`, {});
  const paid = (await rowsOf(school, ann.id)).filter(({ type }) => type !== 'earned_achievement');
  expect(paid.map(({ type, amount }) => [type, amount]).sort()).toEqual([
    ['earned_course', 500],
    ['earned_exercise', 100],
    ['earned_lesson', 50],
  ]);
  const told = (await ann.get(`/rewards/explain?objectType=courses.lesson&objectId=${rich.lessons[0]}`)).body;
  expect(told).toMatchObject({ outcome: 'paid', reward: 700, transaction: { amount: 50 } });
  expect(told.explanation).toContain('700 are set, but the school pays at most 50 for one lesson.');
  await expectCleanBooks(school);
});

test('a course that came with more can be changed in everything else', async () => {
  const rich = await aPublishedCourse(school, teacher.id, { reward: 900 });
  expect(await outcome(teacher.patch(`/courses/${rich.id}`, { title: 'Poorer' }))).toEqual([200]);
  expect(await outcome(teacher.patch(`/courses/${rich.id}`, { teocoinReward: 500 }))).toEqual([200]);
});

test('a school decides its own limits', async () => {
  const frugal = await School.open({ environment: { ...usual, MAX_LESSON_REWARD: '10' } });
  const author = await frugal.teacher();
  const { id } = await aCourse(author);
  expect((await author.post(`/courses/${id}/lessons`, lesson({ teocoinReward: 11 }))).status).toBe(422);
  const { id: lessonId } = await aLesson(author, id, { teocoinReward: 10 });
  await anExercise(author, lessonId, { teocoinReward: 100 });
  await frugal.close();
}, 60_000);
