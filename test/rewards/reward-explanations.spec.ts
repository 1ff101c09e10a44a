import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import { School, type Client } from '../support/school';
import { rowsOf } from './ledger-state';

let school: School;
let teacher: Client;
let course: BuiltCourse;
let ann: Client;
beforeAll(async () => {
  school = await School.open();
  teacher = await school.teacher();
}, 60_000);
beforeEach(async () => {
  course = await aPublishedCourse(school, teacher.id, { lessons: 2 });
  ann = await anEnrolledStudent(school, course);
});
afterAll(() => school.close());

const explain = async (client: Client, objectType: string, objectId: number) =>
  (await client.get(`/rewards/explain?objectType=${objectType}&objectId=${objectId}`)).body;
const explainLesson = (client: Client) => explain(client, 'courses.lesson', course.lessons[0]!);
const complete = (client: Client, lessonIndex = 0) =>
  client.put(`/lessons/${course.lessons[lessonIndex]}/completion`, {});
const setColumn = (table: string, id: number, column: string, value: unknown) =>
  school.database.transaction(() =>
    school.database.run(`UPDATE ${table} SET ${column} = $2 WHERE id = $1`, [id, value as never]),
  );

test('a completed lesson that was paid has the status paid', async () => {
  await complete(ann);
  const paid = (await rowsOf(school, ann.id)).find(({ type }) => type === 'earned_lesson')!;
  expect(await explainLesson(ann)).toMatchObject({
    status: 'paid',
    reward: 10,
    transaction: { id: paid.id, amount: 10 },
  });
});

test('a lesson that was paid, undone and completed again has the status paid_before', async () => {
  await complete(ann);
  await ann.delete(`/lessons/${course.lessons[0]}/completion`);
  expect(await explainLesson(ann)).toMatchObject({ status: 'paid_before', transaction: { amount: 10 } });
  await school.clock.at(new Date(Date.now() + 60_000), () => complete(ann));
  expect(await explainLesson(ann)).toMatchObject({ status: 'paid_before' });
});

test('a paid lesson whose reward changed later has the status paid with the amount of the payment', async () => {
  await complete(ann);
  await setColumn('courses_lesson', course.lessons[0]!, 'teocoin_reward', 99);
  expect(await explainLesson(ann)).toMatchObject({ status: 'paid', reward: 99, transaction: { amount: 10 } });
});

test('a reversed payment has the status revoked, and the explanation contains the reason', async () => {
  await complete(ann);
  const paid = (await rowsOf(school, ann.id)).find(({ type }) => type === 'earned_lesson')!;
  await (await school.admin()).post('/rewards/reversals', { transactionId: paid.id, reason: 'Copied work.' });
  const explained = await explainLesson(ann);
  expect(explained).toMatchObject({ status: 'revoked', transaction: { id: paid.id } });
  expect(explained.explanation).toContain('Copied work.');
});

test('a teacher’s completion in the own course has the status own_course', async () => {
  await teacher.post(`/courses/${course.id}/enrollment`);
  await complete(teacher);
  expect(await explainLesson(teacher)).toMatchObject({ status: 'own_course', transaction: null });
});

test('a lesson without a reward has the status no_reward, and reward_set_later after a reward was set', async () => {
  await setColumn('courses_lesson', course.lessons[0]!, 'teocoin_reward', 0);
  expect(await explainLesson(ann)).toMatchObject({ status: 'no_reward', reward: 0 });
  await complete(ann);
  expect(await explainLesson(ann)).toMatchObject({ status: 'no_reward', transaction: null });
  await setColumn('courses_lesson', course.lessons[0]!, 'teocoin_reward', 5);
  expect(await explainLesson(ann)).toMatchObject({ status: 'reward_set_later', reward: 5 });
});

test('an open lesson has the status not_done for enrolled learners and not_enrolled for others', async () => {
  expect(await explainLesson(ann)).toMatchObject({ status: 'not_done', reward: 10, transaction: null });
  expect(await explainLesson(await school.student())).toMatchObject({ status: 'not_enrolled' });
});

test('a course has the status not_done before its last lesson is completed, and paid after it', async () => {
  await complete(ann);
  expect(await explain(ann, 'courses.course', course.id)).toMatchObject({ status: 'not_done', reward: 50 });
  await complete(ann, 1);
  expect(await explain(ann, 'courses.course', course.id)).toMatchObject({
    status: 'paid',
    transaction: { amount: 50 },
  });
});

test('an exercise that is not passed has the status not_done', async () => {
  const now = school.clock.now();
  const values = [course.lessons[0], 'Mix', 'Mix a grey.', 'practice', {}, 15, now];
  const exercise = await school.database.transaction(() =>
    school.database.row(
      { id: Number },
      `INSERT INTO courses_exercise (lesson_id, title, description, exercise_type, content, answer_key, teocoin_reward,
         created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $7) RETURNING id`,
      values,
    ),
  );
  expect(await explain(ann, 'courses.exercise', exercise!.id)).toMatchObject({ status: 'not_done', reward: 15 });
});

test('a learner can ask about an own achievement, but gets 404 for one of another learner', async () => {
  await complete(ann);
  const { earned } = (await ann.get('/me/achievements')).body;
  const { id } = earned.find(({ type }: { type: string }) => type === 'first_lesson');
  expect(await explain(ann, 'rewards.achievement', id)).toMatchObject({ status: 'paid', transaction: { amount: 25 } });
  const otherLearner = await anEnrolledStudent(school, course);
  expect(await explain(otherLearner, 'rewards.achievement', id)).toMatchObject({
    status: 404,
    code: 'ACHIEVEMENT_NOT_FOUND',
  });
});

test('an unpublished course is visible to its teacher and those who completed work in it, and other people get 404', async () => {
  await complete(ann);
  const otherStudent = await school.student();
  await setColumn('courses_course', course.id, 'is_published', false);
  expect((await explainLesson(ann)).status).toBe('paid');
  expect((await explainLesson(teacher)).status).toBe('own_course');
  expect(await explainLesson(otherStudent)).toMatchObject({ status: 404, code: 'LESSON_NOT_FOUND' });
  expect(await explain(otherStudent, 'courses.course', course.id)).toMatchObject({ code: 'COURSE_NOT_FOUND' });
  expect(await explain(ann, 'courses.exercise', 999_999)).toMatchObject({ code: 'EXERCISE_NOT_FOUND' });
});

test.each([
  '',
  'objectType=courses.lesson',
  'objectType=users.user&objectId=1',
  'objectType=courses.lesson&objectId=0',
  'objectType=courses.lesson&objectId=1e3',
])('GET /rewards/explain?%s is refused with 422', async (query) => {
  expect((await ann.get(`/rewards/explain?${query}`)).status).toBe(422);
});

test('an explanation costs one statement', async () => {
  await explainLesson(ann);
  for (const [type, id] of [
    ['courses.lesson', course.lessons[0]!],
    ['courses.course', course.id],
  ] as const)
    expect((await school.statements(() => explain(ann, type, id))).statements).toHaveLength(1);
});
