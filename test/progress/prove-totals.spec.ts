import { aPublishedCourse, anEnrolledStudent } from '../support/courses';
import { School, type Client } from '../support/school';

let school: School;
let student: Client;
beforeAll(async () => {
  school = await School.open();
  const teacher = await school.teacher();
  const course = await aPublishedCourse(school, teacher.id, { lessons: 2 });
  student = await anEnrolledStudent(school, course);
  for (const lesson of course.lessons) await student.put(`/lessons/${lesson}/completion`, {});
});
afterAll(() => school.close());

/** The report if every stored total is right. */
const noDifferences = {
  total_courses_enrolled: 0,
  total_courses_completed: 0,
  total_lessons_completed: 0,
  total_exercises_completed: 0,
  average_score: 0,
  progress_percentage: 0,
  enrolled_count: 0,
};
const proveTotals = () => school.job('progress:prove-totals');

it('progress:prove-totals finds no difference after lessons were completed', async () => {
  expect(await proveTotals()).toEqual(noDifferences);
});

it.each([
  ['total_courses_enrolled', 'users_userprogress', '7'],
  ['total_courses_completed', 'users_userprogress', '7'],
  ['total_lessons_completed', 'users_userprogress', '7'],
  ['total_exercises_completed', 'users_userprogress', '7'],
  ['average_score', 'users_userprogress', '51.5'],
  ['progress_percentage', 'courses_courseenrollment', '7'],
  ['enrolled_count', 'courses_course', '7'],
])('progress:prove-totals reports a wrong %s and nothing else', async (column, table, wrongValue) => {
  const change = (value: string): Promise<number> =>
    school.database.transaction(() =>
      school.database.run(`UPDATE ${table} SET ${column} = ${value} WHERE id = (SELECT max(id) FROM ${table})`),
    );
  const stored = await school.database.row(
    { value: (value) => value as number },
    `SELECT ${column} AS value FROM ${table} WHERE id = (SELECT max(id) FROM ${table})`,
  );
  await change(wrongValue);
  expect(await proveTotals()).toEqual({ ...noDifferences, [column]: 1 });
  await change(String(stored!.value));
});
