import { aCourse, aDraft, aLesson, anExercise, course, lesson, outcome, quiz } from '../courses/course-builders';
import { allRight, anExercise as storedExercise } from '../progress/exercises';
import { aPublishedCourse, anEnrolledStudent } from '../support/courses';
import { School, type Client } from '../support/school';
import { expectNoViolations, rowsOf } from './ledger-state';

const defaultLimits = { MAX_LESSON_REWARD: '50', MAX_EXERCISE_REWARD: '100', MAX_COURSE_REWARD: '500' };

let school: School;
let teacher: Client;
beforeAll(async () => {
  school = await School.open({ environment: defaultLimits });
  teacher = await school.teacher();
}, 60_000);
afterAll(() => school.close());

test.each([
  ['course', 500, 50],
  ['lesson', 50, 10],
  ['exercise', 100, 15],
])(
  'a %s has a reward of at most %i coins, and of %i if its author sets none',
  async (noun, maxReward, defaultReward) => {
    const { id: courseId } = await aDraft(teacher);
    const { id: lessonId } = await aLesson(teacher, courseId);
    const routes: Record<string, [string, object]> = {
      course: ['/courses', course()],
      lesson: [`/courses/${courseId}/lessons`, lesson()],
      exercise: [`/lessons/${lessonId}/exercises`, quiz()],
    };
    const [path, body] = routes[noun]!;
    const created = (await teacher.post(path, { ...body, teocoinReward: maxReward })).body;
    expect(created.teocoinReward).toBe(maxReward);
    expect((await teacher.post(path, body)).body.teocoinReward).toBe(defaultReward);
    for (const request of [
      teacher.post(path, { ...body, teocoinReward: maxReward + 1 }),
      teacher.patch(`/${noun}s/${created.id}`, { teocoinReward: maxReward + 1 }),
    ]) {
      const response = await request;
      expect([response.status, response.body.code]).toEqual([422, 'VALIDATION_FAILED']);
      expect(response.body.errors).toEqual([
        {
          pointer: '/body/teocoinReward',
          message: expect.stringContaining(`Must be at most ${maxReward}`),
          rule: 'reward_cap',
        },
      ]);
    }
    expect((await teacher.get(`/${noun}s/${created.id}`)).body.teocoinReward).toBe(maxReward);
  },
);

test('a stored reward above the limit pays the limit, and the explanation says so', async () => {
  const generousCourse = await aPublishedCourse(school, teacher.id, { lessons: 1, reward: 900, lessonReward: 700 });
  const exerciseId = await storedExercise(school, generousCourse.lessons[0], { reward: 800 });
  const ann = await anEnrolledStudent(school, generousCourse);
  await ann.post(`/exercises/${exerciseId}/submissions`, { answers: allRight });
  await ann.put(`/lessons/${generousCourse.lessons[0]}/completion`, {});
  const paid = (await rowsOf(school, ann.id)).filter(({ type }) => type !== 'earned_achievement');
  expect(paid.map(({ type, amount }) => [type, amount]).sort()).toEqual([
    ['earned_course', 500],
    ['earned_exercise', 100],
    ['earned_lesson', 50],
  ]);
  const explained = (await ann.get(`/rewards/explain?objectType=courses.lesson&objectId=${generousCourse.lessons[0]}`))
    .body;
  expect(explained).toMatchObject({ status: 'paid', reward: 700, transaction: { amount: 50 } });
  expect(explained.explanation).toContain('The reward is set to 700, but the school pays at most 50 for one lesson.');
  await expectNoViolations(school);
});

test('a course whose stored reward exceeds the limit can still be edited', async () => {
  const generousCourse = await aPublishedCourse(school, teacher.id, { reward: 900 });
  expect(await outcome(teacher.patch(`/courses/${generousCourse.id}`, { title: 'Poorer' }))).toEqual([200]);
  expect(await outcome(teacher.patch(`/courses/${generousCourse.id}`, { teocoinReward: 500 }))).toEqual([200]);
});

test('the limits of rewards are settings of the school', async () => {
  const otherSchool = await School.open({ environment: { ...defaultLimits, MAX_LESSON_REWARD: '10' } });
  const author = await otherSchool.teacher();
  const { id: courseId } = await aCourse(author);
  expect((await author.post(`/courses/${courseId}/lessons`, lesson({ teocoinReward: 11 }))).status).toBe(422);
  const { id: lessonId } = await aLesson(author, courseId, { teocoinReward: 10 });
  await anExercise(author, lessonId, { teocoinReward: 100 });
  await otherSchool.close();
}, 60_000);
