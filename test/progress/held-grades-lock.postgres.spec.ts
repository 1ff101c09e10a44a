import { int } from '../../src/platform/database/columns';
import { aPublishedCourse, anEnrolledStudent } from '../support/courses';
import { School } from '../support/school';
import { aLemon } from './exercises';

let school: School;
beforeAll(async () => {
  school = await School.open();
});
afterAll(() => school.close());

it('a grade waits for a release that is running, and is then given at once', async () => {
  const teacher = await school.teacher();
  const course = await aPublishedCourse(school, teacher.id, { lessons: 1 });
  const student = await anEnrolledStudent(school, course);
  const work = { title: 'Lemon', exerciseType: 'assignment', content: { prompt: 'Paint.' }, gradeRelease: 'together' };
  const exercise = (await teacher.post(`/lessons/${course.lessons[0]}/exercises`, work)).body;
  const { id } = (await student.post(`/exercises/${exercise.id}/submissions`, aLemon)).body;

  let tellReleased = () => {};
  let commit = () => {};
  const released = new Promise<void>((resolve) => (tellReleased = resolve));
  const mayCommit = new Promise<void>((resolve) => (commit = resolve));
  const release = school.database.transaction(async () => {
    const sql = 'UPDATE courses_exercise SET grades_released_at = $2 WHERE id = $1';
    await school.database.run(sql, [exercise.id, school.clock.now()]);
    tellReleased();
    await mayCommit;
  });
  await released;
  let isAnswered = false;
  const grading = teacher.put(`/submissions/${id}/grade`, { score: 80, status: 'approved' });
  void grading.then(() => (isAnswered = true));
  const waitingSql = 'SELECT count(*) AS waiting FROM pg_locks WHERE NOT granted';
  while (!isAnswered && (await school.database.row({ waiting: int }, waitingSql))!.waiting === 0);
  commit();
  await release;
  expect((await grading).body).toMatchObject({ status: 'approved', score: 80, isGradeHeld: false });
});
