import { School, type Client } from '../support/school';
import { aCourse, aDraft, outcome, pointers, statuses, succeeds } from './course-builders';

let school: School;
let teacher: Client;
let other: Client;
let student: Client;
beforeAll(async () => {
  school = await School.open();
  [teacher, other, student] = [await school.teacher(), await school.teacher(), await school.student()];
});
afterAll(() => school.close());

const createCourses = async (count: number): Promise<number[]> => {
  const ids = [];
  for (let each = 0; each < count; each++) ids.push((await aCourse(teacher, { title: `Course ${each + 1}` })).id);
  return ids;
};
const setPrerequisites = (id: number, courseIds: number[], headers = {}) =>
  teacher.put(`/courses/${id}/prerequisites`, { courseIds }, headers);
const prerequisiteIds = async (id: number): Promise<number[]> =>
  (await succeeds(student.get(`/courses/${id}`))).prerequisites.map((each: { id: number }) => each.id);

describe('the prerequisites of a course', () => {
  test('a request replaces all prerequisites of a course', async () => {
    const [a, b, c, d] = (await createCourses(4)) as [number, number, number, number];
    const first = await succeeds(setPrerequisites(a, [c, b]));
    expect(first).toMatchObject({
      prerequisites: [
        { id: b, title: 'Course 2', isArchived: false },
        { id: c, title: 'Course 3', isArchived: false },
      ],
      version: 3,
    });
    await succeeds(setPrerequisites(a, [c, d]));
    expect(await prerequisiteIds(a)).toEqual([c, d]);
    await succeeds(setPrerequisites(a, []));
    expect(await prerequisiteIds(a)).toEqual([]);
  });

  test('a student without the prerequisites cannot enrol, until the required course is archived', async () => {
    const [advanced, basics] = (await createCourses(2)) as [number, number];
    await succeeds(setPrerequisites(advanced, [basics]));
    const learner = await school.student();
    const enrol = () => outcome(learner.post(`/courses/${advanced}/enrollment`));
    expect(await enrol()).toEqual([409, 'PREREQUISITES_MISSING']);
    await succeeds((await school.student()).post(`/courses/${basics}/enrollment`));
    await succeeds(teacher.delete(`/courses/${basics}`));
    expect((await succeeds(learner.get(`/courses/${advanced}`))).prerequisites).toMatchObject([{ isArchived: true }]);
    expect(await enrol()).toEqual([201]);
  });

  test('deleting a required course removes it from the prerequisites', async () => {
    const [a, b] = (await createCourses(2)) as [number, number];
    await succeeds(setPrerequisites(a, [b]));
    expect(await succeeds(teacher.delete(`/courses/${b}`))).toEqual({ outcome: 'deleted' });
    expect(await prerequisiteIds(a)).toEqual([]);
  });

  test('prerequisites that form a cycle are refused, and the error shows the cycle', async () => {
    const [a, b, c, d] = (await createCourses(4)) as [number, number, number, number];
    await succeeds(setPrerequisites(a, [b]));
    await succeeds(setPrerequisites(b, [c]));
    const response = await setPrerequisites(c, [d, a]);
    expect(response).toMatchObject({ status: 409, body: { code: 'PREREQUISITE_CYCLE', path: [c, a, b, c] } });
    expect(await prerequisiteIds(c)).toEqual([]);
    expect((await setPrerequisites(a, [a])).body).toMatchObject({ code: 'PREREQUISITE_CYCLE', path: [a, a] });
    expect(await outcome(setPrerequisites(a, [c]))).toEqual([200]);
    expect(await outcome(setPrerequisites(b, [a]))).toEqual([200]);
  });

  test('two concurrent requests that form a cycle together do not both succeed', async () => {
    for (let round = 0; round < 6; round++) {
      const [a, b] = (await createCourses(2)) as [number, number];
      const responses = await Promise.all([setPrerequisites(a, [b]), setPrerequisites(b, [a])]);
      expect(statuses(responses)).toEqual([200, 409]);
      expect([...(await prerequisiteIds(a)), ...(await prerequisiteIds(b))]).toHaveLength(1);
    }
  });

  test('two concurrent requests that form a cycle over other courses do not both succeed', async () => {
    for (let round = 0; round < 6; round++) {
      const [a, b, c, d] = (await createCourses(4)) as [number, number, number, number];
      await succeeds(setPrerequisites(b, [c]));
      await succeeds(setPrerequisites(d, [a]));
      const responses = await Promise.all([setPrerequisites(a, [b]), setPrerequisites(c, [d])]);
      expect(statuses(responses)).toEqual([200, 409]);
    }
  });

  test('of three concurrent requests that form a cycle together one is refused', async () => {
    const [a, b, c] = (await createCourses(3)) as [number, number, number];
    const responses = await Promise.all([setPrerequisites(a, [b]), setPrerequisites(b, [c]), setPrerequisites(c, [a])]);
    expect(statuses(responses)).toEqual([200, 200, 409]);
  });

  test('prerequisites must be courses that the teacher can see, each named once and at most 20', async () => {
    const [a, b] = (await createCourses(2)) as [number, number];
    const ownDraft = await aDraft(teacher);
    const foreignDraft = await aDraft(other);
    const open = await aCourse(other);
    const archived = await aCourse(other);
    await succeeds(student.post(`/courses/${archived.id}/enrollment`));
    await succeeds(other.delete(`/courses/${archived.id}`));
    const response = await setPrerequisites(a, [b, foreignDraft.id, ownDraft.id, archived.id, open.id, 999_999]);
    expect([response.status, pointers(response.body)]).toEqual([
      422,
      ['/body/courseIds/1', '/body/courseIds/3', '/body/courseIds/5'],
    ]);
    expect(await outcome(setPrerequisites(a, [b, ownDraft.id, open.id]))).toEqual([200]);
    expect(await outcome(setPrerequisites(a, [b, b]))).toEqual([422, 'VALIDATION_FAILED']);
    expect(
      await outcome(
        setPrerequisites(
          a,
          Array.from({ length: 21 }, (_, at) => at + 1),
        ),
      ),
    ).toEqual([422, 'VALIDATION_FAILED']);
    expect(await outcome(teacher.put(`/courses/${a}/prerequisites`, { courseIds: ['1'] }))).toEqual([
      422,
      'VALIDATION_FAILED',
    ]);
  });

  test('only the teacher of the course can set prerequisites, and an older If-Match gets 412', async () => {
    const [a, b] = (await createCourses(2)) as [number, number];
    const { etag } = (await teacher.get(`/courses/${a}`)).headers;
    expect(await outcome(other.put(`/courses/${a}/prerequisites`, { courseIds: [] }))).toEqual([403, 'FORBIDDEN']);
    expect(await outcome(student.put(`/courses/${a}/prerequisites`, { courseIds: [] }))).toEqual([403, 'FORBIDDEN']);
    await succeeds(setPrerequisites(a, [b], { 'if-match': etag! }));
    expect(await outcome(setPrerequisites(a, [], { 'if-match': etag! }))).toEqual([412, 'PRECONDITION_FAILED']);
    expect(await prerequisiteIds(a)).toEqual([b]);
  });
});
