import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import { School, type Client } from '../support/school';
import { rowsOf } from './books';

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
const ofLesson = (client: Client, at = 0) => explain(client, 'courses.lesson', course.lessons[at]!);
const complete = (client: Client, at = 0) => client.put(`/lessons/${course.lessons[at]}/completion`, {});
const set = (table: string, id: number, column: string, value: unknown) =>
  school.database.transaction(() =>
    school.database.run(`UPDATE ${table} SET ${column} = $2 WHERE id = $1`, [id, value as never]),
  );

test('paid', async () => {
  await complete(ann);
  const paid = (await rowsOf(school, ann.id)).find(({ type }) => type === 'earned_lesson')!;
  expect(await ofLesson(ann)).toMatchObject({ outcome: 'paid', reward: 10, transaction: { id: paid.id, amount: 10 } });
});

test('paid before', async () => {
  await complete(ann);
  await ann.delete(`/lessons/${course.lessons[0]}/completion`);
  expect(await ofLesson(ann)).toMatchObject({ outcome: 'paid_before', transaction: { amount: 10 } });
  await school.clock.at(new Date(Date.now() + 60_000), () => complete(ann));
  expect(await ofLesson(ann)).toMatchObject({ outcome: 'paid_before' });
});

test('paid, although the lesson is worth something else by now', async () => {
  await complete(ann);
  await set('courses_lesson', course.lessons[0]!, 'teocoin_reward', 99);
  expect(await ofLesson(ann)).toMatchObject({ outcome: 'paid', reward: 99, transaction: { amount: 10 } });
});

test('revoked, with the reason', async () => {
  await complete(ann);
  const paid = (await rowsOf(school, ann.id)).find(({ type }) => type === 'earned_lesson')!;
  await (await school.admin()).post('/rewards/reversals', { transactionId: paid.id, reason: 'Copied work.' });
  const told = await ofLesson(ann);
  expect(told).toMatchObject({ outcome: 'revoked', transaction: { id: paid.id } });
  expect(told.explanation).toContain('Copied work.');
});

test('one’s own course', async () => {
  await teacher.post(`/courses/${course.id}/enrollment`);
  await complete(teacher);
  expect(await ofLesson(teacher)).toMatchObject({ outcome: 'own_course', transaction: null });
});

test('no reward set, before and after', async () => {
  await set('courses_lesson', course.lessons[0]!, 'teocoin_reward', 0);
  expect(await ofLesson(ann)).toMatchObject({ outcome: 'no_reward', reward: 0 });
  await complete(ann);
  expect(await ofLesson(ann)).toMatchObject({ outcome: 'no_reward', transaction: null });
  await set('courses_lesson', course.lessons[0]!, 'teocoin_reward', 5);
  expect(await ofLesson(ann)).toMatchObject({ outcome: 'reward_set_later', reward: 5 });
});

test('not done, not enrolled', async () => {
  expect(await ofLesson(ann)).toMatchObject({ outcome: 'not_done', reward: 10, transaction: null });
  expect(await ofLesson(await school.student())).toMatchObject({ outcome: 'not_enrolled' });
});

test('a course, on the way and completed', async () => {
  await complete(ann);
  expect(await explain(ann, 'courses.course', course.id)).toMatchObject({ outcome: 'not_done', reward: 50 });
  await complete(ann, 1);
  expect(await explain(ann, 'courses.course', course.id)).toMatchObject({
    outcome: 'paid',
    transaction: { amount: 50 },
  });
});

test('an exercise that was not passed yet', async () => {
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
  expect(await explain(ann, 'courses.exercise', exercise!.id)).toMatchObject({ outcome: 'not_done', reward: 15 });
});

test('an achievement of one’s own, not of others', async () => {
  await complete(ann);
  const { earned } = (await ann.get('/me/achievements')).body;
  const { id } = earned.find(({ type }: { type: string }) => type === 'first_lesson');
  expect(await explain(ann, 'rewards.achievement', id)).toMatchObject({ outcome: 'paid', transaction: { amount: 25 } });
  const other = await anEnrolledStudent(school, course);
  expect(await explain(other, 'rewards.achievement', id)).toMatchObject({ status: 404, code: 'ACHIEVEMENT_NOT_FOUND' });
});

test('what one cannot see is not there; what one did stays visible', async () => {
  await complete(ann);
  const stranger = await school.student();
  await set('courses_course', course.id, 'is_published', false);
  expect((await ofLesson(ann)).outcome).toBe('paid');
  expect((await ofLesson(teacher)).outcome).toBe('own_course');
  expect(await ofLesson(stranger)).toMatchObject({ status: 404, code: 'LESSON_NOT_FOUND' });
  expect(await explain(stranger, 'courses.course', course.id)).toMatchObject({ code: 'COURSE_NOT_FOUND' });
  expect(await explain(ann, 'courses.exercise', 999_999)).toMatchObject({ code: 'EXERCISE_NOT_FOUND' });
});

test.each([
  '',
  'objectType=courses.lesson',
  'objectType=users.user&objectId=1',
  'objectType=courses.lesson&objectId=0',
  'objectType=courses.lesson&objectId=1e3',
])('?%s is refused', async (query) => {
  expect((await ann.get(`/rewards/explain?${query}`)).status).toBe(422);
});

test('costs one statement', async () => {
  await ofLesson(ann);
  for (const [type, id] of [
    ['courses.lesson', course.lessons[0]!],
    ['courses.course', course.id],
  ] as const)
    expect((await school.statements(() => explain(ann, type, id))).statements).toHaveLength(1);
});
