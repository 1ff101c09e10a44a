import { int } from '../../src/platform/database/columns';
import { aPublishedCourse, anEnrolledStudent } from '../support/courses';
import { School, type Client } from '../support/school';

let school: School;
let teacher: Client;
beforeAll(async () => {
  school = await School.open();
  teacher = await school.teacher();
});
afterAll(() => school.close());

const countTakenSeats = async (courseId: number): Promise<number> => {
  const sql = 'SELECT enrolled_count AS "takenSeats" FROM courses_course WHERE id = $1';
  const course = await school.database.row({ takenSeats: int }, sql, [courseId]);
  return course!.takenSeats;
};

describe('enrolling', () => {
  it('enrolling takes a seat and lists the enrolment for the student and the teacher', async () => {
    const course = await aPublishedCourse(school, teacher.id);
    const student = await anEnrolledStudent(school, course);
    expect(await countTakenSeats(course.id)).toBe(1);
    expect((await student.get('/me/enrollments')).body.data).toMatchObject([
      { courseId: course.id, progressPercentage: 0 },
    ]);
    const students = (await teacher.get(`/courses/${course.id}/enrollments?withTotal=true`)).body;
    expect(students).toMatchObject({ data: [{ student: { username: student.username } }], page: { total: 1 } });
  });

  it('accepts only one of eight concurrent enrolments of a student', async () => {
    const course = await aPublishedCourse(school, teacher.id);
    const student = await school.student();
    const responses = await Promise.all(
      Array.from({ length: 8 }, () => student.post(`/courses/${course.id}/enrollment`)),
    );
    expect(responses.filter((response) => response.status === 201)).toHaveLength(1);
    const refused = responses.filter((response) => response.status !== 201);
    expect(new Set(refused.map((response) => response.body.code))).toEqual(new Set(['ALREADY_ENROLLED']));
    expect(await countTakenSeats(course.id)).toBe(1);
  });

  it('enrols exactly ten of a hundred concurrent students in a course with ten seats', async () => {
    const course = await aPublishedCourse(school, teacher.id, { seats: 10 });
    const students = await Promise.all(Array.from({ length: 100 }, () => school.student()));
    const responses = await Promise.all(students.map((student) => student.post(`/courses/${course.id}/enrollment`)));
    const refused = responses.filter((response) => response.status !== 201);
    expect(refused).toHaveLength(90);
    expect(new Set(refused.map((response) => response.body.code))).toEqual(new Set(['COURSE_FULL']));
    const enrollments = await school.database.row(
      { total: int },
      'SELECT count(*) AS total FROM courses_courseenrollment WHERE course_id = $1',
      [course.id],
    );
    expect([enrollments!.total, await countTakenSeats(course.id)]).toEqual([10, 10]);
  });

  it('rejects enrolment in a course with 0 seats with COURSE_CLOSED, and in an unknown course with COURSE_NOT_FOUND', async () => {
    const closed = await aPublishedCourse(school, teacher.id, { seats: 0 });
    const student = await school.student();
    expect((await student.post(`/courses/${closed.id}/enrollment`)).body.code).toBe('COURSE_CLOSED');
    expect((await student.post('/courses/999999/enrollment')).body.code).toBe('COURSE_NOT_FOUND');
    expect((await student.post('/courses/none/enrollment')).status).toBe(422);
  });

  it('requires every prerequisite to be completed, except an archived one', async () => {
    const prerequisite = await aPublishedCourse(school, teacher.id, { lessons: 1 });
    const archived = await aPublishedCourse(school, teacher.id, { lessons: 1 });
    const course = await aPublishedCourse(school, teacher.id);
    await school.database.transaction(async () => {
      const sql = 'INSERT INTO courses_course_prerequisites (from_course_id, to_course_id) VALUES ($1, $2)';
      for (const required of [prerequisite, archived]) await school.database.run(sql, [course.id, required.id]);
      await school.database.run('UPDATE courses_course SET archived_at = $2 WHERE id = $1', [
        archived.id,
        school.clock.now(),
      ]);
    });
    const student = await anEnrolledStudent(school, prerequisite);
    const refused = await student.post(`/courses/${course.id}/enrollment`);
    expect(refused.body).toMatchObject({ status: 409, code: 'PREREQUISITES_MISSING', courseIds: [prerequisite.id] });
    await student.put(`/lessons/${prerequisite.lessons[0]}/completion`, {});
    expect((await student.post(`/courses/${course.id}/enrollment`)).status).toBe(201);
  });

  it('replays the response to an enrolment with the same idempotency key', async () => {
    const course = await aPublishedCourse(school, teacher.id);
    const student = await school.student();
    const key = { 'idempotency-key': 'enrol-once' };
    const first = await student.post(`/courses/${course.id}/enrollment`, undefined, key);
    const repeated = await student.post(`/courses/${course.id}/enrollment`, undefined, key);
    expect([repeated.status, repeated.body]).toEqual([201, first.body]);
    expect(repeated.headers['idempotency-replayed']).toBe('true');
  });
});

describe('leaving', () => {
  it('leaving a course frees the seat and keeps the progress until the student enrols again', async () => {
    const course = await aPublishedCourse(school, teacher.id, { seats: 1, lessons: 2 });
    const student = await anEnrolledStudent(school, course);
    await student.put(`/lessons/${course.lessons[0]}/completion`, {});
    expect((await student.delete(`/courses/${course.id}/enrollment`)).status).toBe(204);
    expect((await student.delete(`/courses/${course.id}/enrollment`)).body.code).toBe('NOT_ENROLLED');
    expect(await countTakenSeats(course.id)).toBe(0);
    expect((await student.get('/me/enrollments')).body.data).toEqual([]);
    const reenrolled = await student.post(`/courses/${course.id}/enrollment`);
    expect(reenrolled.body).toMatchObject({ progressPercentage: 50, isCompleted: false });
    expect(await countTakenSeats(course.id)).toBe(1);
  });

  it('ten concurrent requests to leave a course free one seat', async () => {
    const course = await aPublishedCourse(school, teacher.id);
    await anEnrolledStudent(school, course);
    const student = await anEnrolledStudent(school, course);
    await Promise.all(Array.from({ length: 10 }, () => student.delete(`/courses/${course.id}/enrollment`)));
    expect(await countTakenSeats(course.id)).toBe(1);
  });
});

describe('the lists', () => {
  it('pages through the enrolments of a student and rejects an invalid cursor', async () => {
    const student = await school.student();
    for (let index = 0; index < 3; index++) {
      const course = await aPublishedCourse(school, teacher.id, { title: `Course ${index}` });
      await student.post(`/courses/${course.id}/enrollment`);
    }
    const firstPage = (await student.get('/me/enrollments?limit=2')).body;
    const secondPage = (await student.get(`/me/enrollments?limit=2&cursor=${firstPage.page.nextCursor}`)).body;
    const rows = firstPage.data.concat(secondPage.data) as { courseTitle: string }[];
    expect(rows.map((row) => row.courseTitle)).toEqual(['Course 2', 'Course 1', 'Course 0']);
    expect(secondPage.page).toEqual({ hasMore: false, nextCursor: null });
    expect((await student.get('/me/enrollments?cursor=made-up')).body.code).toBe('INVALID_CURSOR');
  });

  it('lists the enrolments of a course only for its teacher and administrators', async () => {
    const course = await aPublishedCourse(school, teacher.id);
    const admin = await school.admin();
    const otherTeacher = await school.teacher();
    const student = await school.student();
    expect((await admin.get(`/courses/${course.id}/enrollments`)).status).toBe(200);
    for (const unauthorised of [otherTeacher, student])
      expect((await unauthorised.get(`/courses/${course.id}/enrollments`)).status).toBe(403);
    expect((await school.visitor.get(`/courses/${course.id}/enrollments`)).status).toBe(401);
    expect((await admin.get('/courses/999999/enrollments')).status).toBe(404);
  });
});
