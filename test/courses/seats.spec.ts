import { Seats } from '../../src/modules/courses';
import { int } from '../../src/platform/database/columns';
import { School, type Client } from '../support/school';
import { aCourse, aDraft, succeeds } from './course-builders';

let school: School;
let teacher: Client;
beforeAll(async () => {
  school = await School.open();
  teacher = await school.teacher();
});
afterAll(() => school.close());

const take = (id: number) => school.database.transaction(() => school.part(Seats).take(id));
const free = (id: number) => school.database.transaction(() => school.part(Seats).free(id));
const takeOutcome = (id: number) =>
  take(id).then(
    () => 'taken',
    (error: Error) => error.name,
  );
const getTakenCount = async (id: number): Promise<number> => {
  const sql = 'SELECT enrolled_count AS count FROM courses_course WHERE id = $1';
  const course = await school.database.row({ count: int }, sql, [id]);
  return course!.count;
};

describe('the seats of a course', () => {
  test('of 100 concurrent requests for 10 seats exactly 10 succeed', async () => {
    const { id } = await aCourse(teacher, { maxEnrollments: 10 });
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => takeOutcome(id)));
    expect(outcomes.filter((result) => result === 'taken')).toHaveLength(10);
    expect(outcomes.filter((result) => result === 'CourseFull')).toHaveLength(90);
    expect(await getTakenCount(id)).toBe(10);
  });

  test('a freed seat can be taken again', async () => {
    const { id } = await aCourse(teacher, { maxEnrollments: 1 });
    expect([await takeOutcome(id), await takeOutcome(id)]).toEqual(['taken', 'CourseFull']);
    await free(id);
    expect([await takeOutcome(id), await getTakenCount(id)]).toEqual(['taken', 1]);
  });

  test('freeing a seat of an empty course keeps the count at 0', async () => {
    const { id } = await aCourse(teacher);
    await free(id);
    expect(await getTakenCount(id)).toBe(0);
  });

  test('a rollback frees the seat that the transaction took', async () => {
    const { id } = await aCourse(teacher, { maxEnrollments: 1 });
    const failing = school.database.transaction(async () => {
      await school.part(Seats).take(id);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await getTakenCount(id)).toBe(0);
  });

  test('a course without a limit has seats for every student', async () => {
    const { id } = await aCourse(teacher);
    for (let index = 0; index < 3; index++) await take(id);
    expect(await getTakenCount(id)).toBe(3);
  });

  test('students keep their seats when the limit is lowered below their number', async () => {
    const { id } = await aCourse(teacher, { maxEnrollments: 3 });
    for (let index = 0; index < 3; index++) await take(id);
    await succeeds(teacher.patch(`/courses/${id}`, { maxEnrollments: 2 }));
    expect([await takeOutcome(id), await getTakenCount(id)]).toEqual(['CourseFull', 3]);
    await free(id);
    expect([await takeOutcome(id), await getTakenCount(id)]).toEqual(['CourseFull', 2]);
    await free(id);
    expect(await takeOutcome(id)).toBe('taken');
  });

  test('Seats.take throws an error that says why the seat is refused', async () => {
    const [closed, withdrawn, archived] = [await aCourse(teacher), await aCourse(teacher), await aCourse(teacher)];
    await succeeds(teacher.patch(`/courses/${closed.id}`, { maxEnrollments: 0 }));
    await succeeds(teacher.delete(`/courses/${withdrawn.id}/publication`));
    await succeeds((await school.student()).post(`/courses/${archived.id}/enrollment`));
    await succeeds(teacher.delete(`/courses/${archived.id}`));
    expect(await takeOutcome(closed.id)).toBe('CourseClosed');
    expect(await takeOutcome(withdrawn.id)).toBe('CourseNotPublished');
    expect(await takeOutcome(archived.id)).toBe('CourseNotPublished');
    expect(await takeOutcome((await aDraft(teacher)).id)).toBe('CourseNotFound');
    expect(await takeOutcome(999_999)).toBe('CourseNotFound');
  });
});
