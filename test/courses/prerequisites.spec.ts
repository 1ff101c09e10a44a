import { School, type Client } from '../support/school';
import { aCourse, aDraft, outcome, pointers, statuses, succeeds } from './course-builders';

let school: School;
let teacher: Client;
let otherTeacher: Client;
let student: Client;
beforeAll(async () => {
  school = await School.open();
  [teacher, otherTeacher, student] = [await school.teacher(), await school.teacher(), await school.student()];
});
afterAll(() => school.close());

const createCourses = async (count: number): Promise<number[]> => {
  const ids = [];
  for (let index = 0; index < count; index++) ids.push((await aCourse(teacher, { title: `Course ${index + 1}` })).id);
  return ids;
};
const setPrerequisites = (id: number, courseIds: number[], headers = {}) =>
  teacher.put(`/courses/${id}/prerequisites`, { courseIds }, headers);
const prerequisiteIds = async (id: number): Promise<number[]> =>
  (await succeeds(student.get(`/courses/${id}`))).prerequisites.map(({ id }: { id: number }) => id);

describe('the prerequisites of a course', () => {
  test('a request replaces all prerequisites of a course', async () => {
    const [courseA, courseB, courseC, courseD] = (await createCourses(4)) as [number, number, number, number];
    const first = await succeeds(setPrerequisites(courseA, [courseC, courseB]));
    expect(first).toMatchObject({
      prerequisites: [
        { id: courseB, title: 'Course 2', isArchived: false },
        { id: courseC, title: 'Course 3', isArchived: false },
      ],
      version: 3,
    });
    await succeeds(setPrerequisites(courseA, [courseC, courseD]));
    expect(await prerequisiteIds(courseA)).toEqual([courseC, courseD]);
    await succeeds(setPrerequisites(courseA, []));
    expect(await prerequisiteIds(courseA)).toEqual([]);
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
    const [courseA, courseB] = (await createCourses(2)) as [number, number];
    await succeeds(setPrerequisites(courseA, [courseB]));
    expect(await succeeds(teacher.delete(`/courses/${courseB}`))).toEqual({ status: 'deleted' });
    expect(await prerequisiteIds(courseA)).toEqual([]);
  });

  test('prerequisites that form a cycle are refused, and the error shows the cycle', async () => {
    const [courseA, courseB, courseC, courseD] = (await createCourses(4)) as [number, number, number, number];
    await succeeds(setPrerequisites(courseA, [courseB]));
    await succeeds(setPrerequisites(courseB, [courseC]));
    const response = await setPrerequisites(courseC, [courseD, courseA]);
    expect(response).toMatchObject({
      status: 409,
      body: { code: 'PREREQUISITE_CYCLE', path: [courseC, courseA, courseB, courseC] },
    });
    expect(await prerequisiteIds(courseC)).toEqual([]);
    expect((await setPrerequisites(courseA, [courseA])).body).toMatchObject({
      code: 'PREREQUISITE_CYCLE',
      path: [courseA, courseA],
    });
    expect(await outcome(setPrerequisites(courseA, [courseC]))).toEqual([200]);
    expect(await outcome(setPrerequisites(courseB, [courseA]))).toEqual([200]);
  });

  test('two concurrent requests that form a cycle together do not both succeed', async () => {
    for (let round = 0; round < 6; round++) {
      const [courseA, courseB] = (await createCourses(2)) as [number, number];
      const responses = await Promise.all([setPrerequisites(courseA, [courseB]), setPrerequisites(courseB, [courseA])]);
      expect(statuses(responses)).toEqual([200, 409]);
      expect([...(await prerequisiteIds(courseA)), ...(await prerequisiteIds(courseB))]).toHaveLength(1);
    }
  });

  test('two concurrent requests that form a cycle over other courses do not both succeed', async () => {
    for (let round = 0; round < 6; round++) {
      const [courseA, courseB, courseC, courseD] = (await createCourses(4)) as [number, number, number, number];
      await succeeds(setPrerequisites(courseB, [courseC]));
      await succeeds(setPrerequisites(courseD, [courseA]));
      const responses = await Promise.all([setPrerequisites(courseA, [courseB]), setPrerequisites(courseC, [courseD])]);
      expect(statuses(responses)).toEqual([200, 409]);
    }
  });

  test('of three concurrent requests that form a cycle together one is refused', async () => {
    const [courseA, courseB, courseC] = (await createCourses(3)) as [number, number, number];
    const responses = await Promise.all([
      setPrerequisites(courseA, [courseB]),
      setPrerequisites(courseB, [courseC]),
      setPrerequisites(courseC, [courseA]),
    ]);
    expect(statuses(responses)).toEqual([200, 200, 409]);
  });

  test('prerequisites must be courses that the teacher can see, each named once and at most 20', async () => {
    const [courseA, courseB] = (await createCourses(2)) as [number, number];
    const ownDraft = await aDraft(teacher);
    const foreignDraft = await aDraft(otherTeacher);
    const open = await aCourse(otherTeacher);
    const archived = await aCourse(otherTeacher);
    await succeeds(student.post(`/courses/${archived.id}/enrollment`));
    await succeeds(otherTeacher.delete(`/courses/${archived.id}`));
    const response = await setPrerequisites(courseA, [
      courseB,
      foreignDraft.id,
      ownDraft.id,
      archived.id,
      open.id,
      999_999,
    ]);
    expect([response.status, pointers(response.body)]).toEqual([
      422,
      ['/body/courseIds/1', '/body/courseIds/3', '/body/courseIds/5'],
    ]);
    expect(await outcome(setPrerequisites(courseA, [courseB, ownDraft.id, open.id]))).toEqual([200]);
    expect(await outcome(setPrerequisites(courseA, [courseB, courseB]))).toEqual([422, 'VALIDATION_FAILED']);
    expect(
      await outcome(
        setPrerequisites(
          courseA,
          Array.from({ length: 21 }, (_, index) => index + 1),
        ),
      ),
    ).toEqual([422, 'VALIDATION_FAILED']);
    expect(await outcome(teacher.put(`/courses/${courseA}/prerequisites`, { courseIds: ['1'] }))).toEqual([
      422,
      'VALIDATION_FAILED',
    ]);
  });

  test('only the teacher of the course can set prerequisites, and an older If-Match gets 412', async () => {
    const [courseA, courseB] = (await createCourses(2)) as [number, number];
    const { etag } = (await teacher.get(`/courses/${courseA}`)).headers;
    expect(await outcome(otherTeacher.put(`/courses/${courseA}/prerequisites`, { courseIds: [] }))).toEqual([
      403,
      'FORBIDDEN',
    ]);
    expect(await outcome(student.put(`/courses/${courseA}/prerequisites`, { courseIds: [] }))).toEqual([
      403,
      'FORBIDDEN',
    ]);
    await succeeds(setPrerequisites(courseA, [courseB], { 'if-match': etag! }));
    expect(await outcome(setPrerequisites(courseA, [], { 'if-match': etag! }))).toEqual([412, 'PRECONDITION_FAILED']);
    expect(await prerequisiteIds(courseA)).toEqual([courseB]);
  });
});
