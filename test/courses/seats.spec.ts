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
const refusal = (id: number) =>
  take(id).then(
    () => 'taken',
    (error: Error) => error.name,
  );
const taken = async (id: number): Promise<number> => {
  const sql = 'SELECT enrolled_count AS count FROM courses_course WHERE id = $1';
  return (await school.database.row({ count: int }, sql, [id]))!.count;
};

describe('the seats of a course', () => {
  test('are given out to 10 of 100 who come at once', async () => {
    const { id } = await aCourse(teacher, { maxEnrollments: 10 });
    const answers = await Promise.all(Array.from({ length: 100 }, () => refusal(id)));
    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(10);
    expect(answers.filter((answer) => answer === 'CourseFull')).toHaveLength(90);
    expect(await taken(id)).toBe(10);
  });

  test('are free again one by one', async () => {
    const { id } = await aCourse(teacher, { maxEnrollments: 1 });
    expect([await refusal(id), await refusal(id)]).toEqual(['taken', 'CourseFull']);
    await free(id);
    expect([await refusal(id), await taken(id)]).toEqual(['taken', 1]);
  });

  test('never become fewer than none', async () => {
    const { id } = await aCourse(teacher);
    await free(id);
    expect(await taken(id)).toBe(0);
  });

  test('are given back when what took them is rolled back', async () => {
    const { id } = await aCourse(teacher, { maxEnrollments: 1 });
    const failing = school.database.transaction(async () => {
      await school.part(Seats).take(id);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await taken(id)).toBe(0);
  });

  test('are as many as like where there is no limit', async () => {
    const { id } = await aCourse(teacher);
    for (let each = 0; each < 3; each++) await take(id);
    expect(await taken(id)).toBe(3);
  });

  test('lowered below those taken are kept by who has them', async () => {
    const { id } = await aCourse(teacher, { maxEnrollments: 3 });
    for (let each = 0; each < 3; each++) await take(id);
    await succeeds(teacher.patch(`/courses/${id}`, { maxEnrollments: 2 }));
    expect([await refusal(id), await taken(id)]).toEqual(['CourseFull', 3]);
    await free(id);
    expect([await refusal(id), await taken(id)]).toEqual(['CourseFull', 2]);
    await free(id);
    expect(await refusal(id)).toBe('taken');
  });

  test('say why there is none', async () => {
    const [closed, withdrawn, archived] = [await aCourse(teacher), await aCourse(teacher), await aCourse(teacher)];
    await succeeds(teacher.patch(`/courses/${closed.id}`, { maxEnrollments: 0 }));
    await succeeds(teacher.delete(`/courses/${withdrawn.id}/publication`));
    await succeeds((await school.student()).post(`/courses/${archived.id}/enrollment`));
    await succeeds(teacher.delete(`/courses/${archived.id}`));
    expect(await refusal(closed.id)).toBe('CourseClosed');
    expect(await refusal(withdrawn.id)).toBe('CourseNotPublished');
    expect(await refusal(archived.id)).toBe('CourseNotPublished');
    expect(await refusal((await aDraft(teacher)).id)).toBe('CourseNotFound');
    expect(await refusal(999_999)).toBe('CourseNotFound');
  });
});
