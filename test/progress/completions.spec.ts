import { setTimeout as sleep } from 'node:timers/promises';
import { bool, float, int } from '../../src/platform/database/columns';
import { CourseContentChanged } from '../../src/modules/courses';
import { EventBus } from '../../src/platform/events/event-bus';
import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import { testEngine } from '../support/database-url';
import { School, type Client } from '../support/school';

let school: School;
let teacher: Client;
beforeAll(async () => {
  school = await School.open();
  teacher = await school.teacher();
});
afterAll(() => school.close());
afterEach(() => school.clock.stopAt(null));

const complete = (student: Client, lessonId: number | undefined) => student.put(`/lessons/${lessonId}/completion`, {});

/** The balance of a person, and the number of payments for lessons and courses. */
const coinsOf = async (userId: number): Promise<{ balance: number; payments: number }> =>
  (await school.database.row(
    { balance: int, payments: int },
    `SELECT teo_coins AS balance, (SELECT count(*) FROM rewards_teocointransaction t WHERE t.user_id = u.id
       AND t.transaction_type IN ('earned_lesson', 'earned_course')) AS payments
     FROM users_user u WHERE id = $1`,
    [userId],
  ))!;

const progressOf = async (studentId: number, courseId: number) =>
  (await school.database.row(
    { percent: float, completed: bool },
    `SELECT progress_percentage AS percent, completed FROM courses_courseenrollment
     WHERE student_id = $1 AND course_id = $2`,
    [studentId, courseId],
  ))!;

/** Changes a column of a lesson and publishes CourseContentChanged in the same transaction, as the courses module does. */
async function changeLesson(
  course: BuiltCourse,
  lessonId: number | undefined,
  column: string,
  value: unknown,
): Promise<void> {
  await school.database.transaction(async () => {
    await school.database.run('UPDATE courses_course SET version = version + 1 WHERE id = $1', [course.id]);
    await school.database.run(`UPDATE courses_lesson SET ${column} = $2 WHERE id = $1`, [lessonId, value as never]);
    await school.part(EventBus).publish(new CourseContentChanged({ courseId: course.id }));
  });
}

describe('completing a lesson', () => {
  it('completing one of three lessons sets the progress to 33 percent and pays the coins', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 3 });
    const student = await anEnrolledStudent(school, course);
    const response = await student.put(`/lessons/${course.lessons[0]}/completion`, {
      timeSpentMinutes: 25,
      notes: 'wet',
    });
    expect(response.body).toMatchObject({
      timeSpentMinutes: 25,
      notes: 'wet',
      course: { progressPercentage: 33, isCompleted: false },
    });
    expect((await coinsOf(student.id)).payments).toBe(1);
  });

  it('completing a lesson with 64 concurrent requests stores one completion and pays once', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 2 });
    const student = await anEnrolledStudent(school, course);
    const responses = await Promise.all(Array.from({ length: 64 }, () => complete(student, course.lessons[0])));
    expect(new Set(responses.map((response) => response.status))).toEqual(new Set([200]));
    const completions = await school.database.row(
      { total: int },
      'SELECT count(*) AS total FROM courses_lessoncompletion WHERE student_id = $1',
      [student.id],
    );
    expect([completions!.total, (await coinsOf(student.id)).payments]).toEqual([1, 1]);
  });

  it('rejects the completion of a student who is not enrolled, of an unknown lesson, and with invalid fields', async () => {
    const course = await aPublishedCourse(school, teacher.id);
    const unenrolled = await school.student();
    expect((await complete(unenrolled, course.lessons[0])).body.code).toBe('NOT_ENROLLED');
    expect((await complete(unenrolled, 999_999)).body.code).toBe('LESSON_NOT_FOUND');
    const response = await unenrolled.put(`/lessons/${course.lessons[0]}/completion`, {
      timeSpentMinutes: -1,
      coins: 5,
    });
    expect(response.body.errors).toHaveLength(2);
  });

  it('pays nothing to a teacher who completes a lesson of their own course', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 1 });
    await teacher.post(`/courses/${course.id}/enrollment`);
    expect((await complete(teacher, course.lessons[0])).body.course.isCompleted).toBe(true);
    expect((await coinsOf(teacher.id)).payments).toBe(0);
  });

  it('completing a lesson again after undoing the completion pays nothing more', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 2 });
    const student = await anEnrolledStudent(school, course);
    await complete(student, course.lessons[0]);
    const before = await coinsOf(student.id);
    expect((await student.delete(`/lessons/${course.lessons[0]}/completion`)).status).toBe(204);
    expect(await progressOf(student.id, course.id)).toEqual({ percent: 0, completed: false });
    expect((await student.delete(`/lessons/${course.lessons[0]}/completion`)).body.code).toBe('COMPLETION_NOT_FOUND');
    await complete(student, course.lessons[0]);
    expect(await coinsOf(student.id)).toEqual(before);
    expect(await progressOf(student.id, course.id)).toEqual({ percent: 50, completed: false });
  });
});

describe('completing a course', () => {
  it('completing the last lesson completes the course and pays its bonus once', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 2, reward: 50 });
    const student = await anEnrolledStudent(school, course);
    await complete(student, course.lessons[0]);
    const responses = await Promise.all(Array.from({ length: 8 }, () => complete(student, course.lessons[1])));
    expect(responses.every((response) => response.body.course.isCompleted)).toBe(true);
    expect((await coinsOf(student.id)).payments).toBe(3);
  });

  it('completing the last two lessons concurrently completes the course once', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 2 });
    const student = await anEnrolledStudent(school, course);
    await Promise.all(course.lessons.map((lesson) => complete(student, lesson)));
    expect(await progressOf(student.id, course.id)).toEqual({ percent: 100, completed: true });
    expect((await coinsOf(student.id)).payments).toBe(3);
  });

  it('a course stays completed when a lesson is added later', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 2 });
    await changeLesson(course, course.lessons[1], 'is_published', false);
    const student = await anEnrolledStudent(school, course);
    await complete(student, course.lessons[0]);
    await changeLesson(course, course.lessons[1], 'is_published', true);
    expect(await progressOf(student.id, course.id)).toEqual({ percent: 50, completed: true });
  });

  it.each([
    ['unpublished', 'is_published', false],
    ['made optional', 'is_mandatory', false],
    ['archived', 'archived_at', new Date()],
  ])(
    'students complete the course, once and with its bonus, when their last missing lesson is %s',
    async (_, column, value) => {
      const course = await aPublishedCourse(school, teacher.id, { lessons: 2 });
      const students = [await anEnrolledStudent(school, course), await anEnrolledStudent(school, course)];
      const idleStudent = await anEnrolledStudent(school, course);
      for (const student of students) await complete(student, course.lessons[0]);
      await changeLesson(course, course.lessons[1], column, value);
      await changeLesson(course, course.lessons[1], column, value);
      for (const student of students) {
        expect(await progressOf(student.id, course.id)).toEqual({ percent: 100, completed: true });
        expect((await coinsOf(student.id)).payments).toBe(2);
      }
      expect(await progressOf(idleStudent.id, course.id)).toEqual({ percent: 0, completed: false });
    },
  );

  it('a student who left completes the course, with an achievement, on enrolling again if the last missing lesson was unpublished meanwhile', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 2 });
    const student = await anEnrolledStudent(school, course);
    await complete(student, course.lessons[0]);
    await student.delete(`/courses/${course.id}/enrollment`);
    await changeLesson(course, course.lessons[1], 'is_published', false);
    expect(await progressOf(student.id, course.id)).toEqual({ percent: 100, completed: false });
    expect((await student.post(`/courses/${course.id}/enrollment`)).body.isCompleted).toBe(true);
    const { earned } = (await student.get('/me/progress')).body.achievements;
    expect(earned.map((achievement: any) => achievement.type)).toContain('first_course');
  });

  it('a course without mandatory lessons is not completed by itself', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 1 });
    const student = await anEnrolledStudent(school, course);
    await changeLesson(course, course.lessons[0], 'is_mandatory', false);
    expect(await progressOf(student.id, course.id)).toEqual({ percent: 0, completed: false });
  });

  it('the progress is correct after lessons were completed while the content changed', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 6 });
    const students = await Promise.all(Array.from({ length: 6 }, () => anEnrolledStudent(school, course)));
    const completions = students.flatMap((student) =>
      course.lessons.slice(0, 5).map((lesson) => () => complete(student, lesson)),
    );
    const changes = [true, false, true, false].map(
      (value) => () => changeLesson(course, course.lessons[5], 'is_mandatory', value),
    );
    await Promise.all([...completions, ...changes].map((request) => request()));
    const lastLesson = await school.database.row(
      { isMandatory: bool },
      'SELECT is_mandatory AS "isMandatory" FROM courses_lesson WHERE id = $1',
      [course.lessons[5]],
    );
    // The order of the concurrent changes is random, and so is whether a student completed the course before the last change.
    const percent = lastLesson!.isMandatory ? 83 : 100;
    for (const student of students) expect((await progressOf(student.id, course.id)).percent).toBe(percent);
    await changeLesson(course, course.lessons[5], 'is_mandatory', false);
    for (const student of students)
      expect(await progressOf(student.id, course.id)).toEqual({ percent: 100, completed: true });
  });
});

test('a completion that waits for the undo of the same lesson is inserted again', async () => {
  const course = await aPublishedCourse(school, teacher.id, { lessons: 2 });
  const student = await anEnrolledStudent(school, course);
  const [lessonId] = course.lessons;
  await complete(student, lessonId);
  const values = [student.id, course.id];
  const { dialect } = school.database;
  let [startUndo, noteLock] = [(): void => undefined, (): void => undefined];
  const undoStarts = new Promise<void>((resolve) => (startUndo = resolve));
  const isLocked = new Promise<void>((resolve) => (noteLock = resolve));
  const undo = school.database.transaction(async () => {
    const enrollmentSql = 'SELECT id FROM courses_courseenrollment WHERE student_id = $1 AND course_id = $2';
    await school.database.rows({ id: int }, enrollmentSql + dialect.forUpdate(), values);
    noteLock();
    await undoStarts;
    await school.database.run('DELETE FROM courses_lessoncompletion WHERE student_id = $1', [student.id]);
  });
  await isLocked;
  const again = complete(student, lessonId);
  if (dialect.engine === 'postgres') await untilASessionWaitsForALock();
  startUndo();
  await undo;
  expect(await again).toMatchObject({ status: 200, body: { lessonId } });
  expect(await coinsOf(student.id)).toMatchObject({ payments: 1 });
});

/** The requests of this file run one after the other, so a session that waits is that of the request. */
async function untilASessionWaitsForALock(): Promise<void> {
  const sql = `SELECT count(*) AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while ((await school.database.row({ waiting: int }, sql))!.waiting === 0) await sleep(5);
}

describe('number of statements', () => {
  const isPostgres = testEngine() === 'postgres';
  it('completing a lesson takes at most 10 statements in 4 round trips, and 14 in 7 if it completes the course with an achievement', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 3 });
    const student = await anEnrolledStudent(school, course);
    school.clock.stopAt(new Date('2026-03-03T12:00:00Z'));
    await complete(student, course.lessons[0]);
    school.clock.stopAt(new Date('2026-03-04T12:00:00Z'));
    const ordinary = await school.statements(() => complete(student, course.lessons[1]));
    expect(ordinary.statements.length).toBeLessThanOrEqual(10);
    expect(ordinary.roundTripCount).toBe(isPostgres ? 4 : 0);
    const last = await school.statements(() => complete(student, course.lessons[2]));
    expect(last.result.body.course.isCompleted).toBe(true);
    // The coins of the lesson, of the course and of the achievement are written together with the learner's progress.
    expect(last.statements.filter((sql) => sql.startsWith('UPDATE users_userprogress'))).toHaveLength(1);
    expect(last.statements.length).toBeLessThanOrEqual(14);
    expect(last.roundTripCount).toBe(isPostgres ? 7 : 0);
  });
});
