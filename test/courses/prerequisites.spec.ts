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

const courses = async (count: number): Promise<number[]> => {
  const ids = [];
  for (let each = 0; each < count; each++) ids.push((await aCourse(teacher, { title: `Course ${each + 1}` })).id);
  return ids;
};
const require = (id: number, courseIds: number[], headers = {}) =>
  teacher.put(`/courses/${id}/prerequisites`, { courseIds }, headers);
const required = async (id: number): Promise<number[]> =>
  (await succeeds(student.get(`/courses/${id}`))).prerequisites.map((each: { id: number }) => each.id);

describe('the prerequisites of a course', () => {
  test('are a set that is replaced as a whole', async () => {
    const [a, b, c, d] = (await courses(4)) as [number, number, number, number];
    const first = await succeeds(require(a, [c, b]));
    expect(first).toMatchObject({
      prerequisites: [
        { id: b, title: 'Course 2', isArchived: false },
        { id: c, title: 'Course 3', isArchived: false },
      ],
      version: 3,
    });
    await succeeds(require(a, [c, d]));
    expect(await required(a)).toEqual([c, d]);
    await succeeds(require(a, []));
    expect(await required(a)).toEqual([]);
  });

  test('hold back who has not completed them, and stop when archived', async () => {
    const [advanced, basics] = (await courses(2)) as [number, number];
    await succeeds(require(advanced, [basics]));
    const learner = await school.student();
    const enrol = () => outcome(learner.post(`/courses/${advanced}/enrollment`));
    expect(await enrol()).toEqual([409, 'PREREQUISITES_MISSING']);
    await succeeds((await school.student()).post(`/courses/${basics}/enrollment`));
    await succeeds(teacher.delete(`/courses/${basics}`));
    expect((await succeeds(learner.get(`/courses/${advanced}`))).prerequisites).toMatchObject([{ isArchived: true }]);
    expect(await enrol()).toEqual([201]);
  });

  test('disappear with a course that is deleted', async () => {
    const [a, b] = (await courses(2)) as [number, number];
    await succeeds(require(a, [b]));
    expect(await succeeds(teacher.delete(`/courses/${b}`))).toEqual({ outcome: 'deleted' });
    expect(await required(a)).toEqual([]);
  });

  test('may not lead back to the course: the way that would close is told', async () => {
    const [a, b, c, d] = (await courses(4)) as [number, number, number, number];
    await succeeds(require(a, [b]));
    await succeeds(require(b, [c]));
    const answer = await require(c, [d, a]);
    expect(answer).toMatchObject({ status: 409, body: { code: 'PREREQUISITE_CYCLE', path: [c, a, b, c] } });
    expect(await required(c)).toEqual([]);
    expect((await require(a, [a])).body).toMatchObject({ code: 'PREREQUISITE_CYCLE', path: [a, a] });
    expect(await outcome(require(a, [c]))).toEqual([200]);
    expect(await outcome(require(b, [a]))).toEqual([200]);
  });

  test('close no cycle when two edges come at the same moment', async () => {
    for (let round = 0; round < 6; round++) {
      const [a, b] = (await courses(2)) as [number, number];
      const answers = await Promise.all([require(a, [b]), require(b, [a])]);
      expect(statuses(answers)).toEqual([200, 409]);
      expect([...(await required(a)), ...(await required(b))]).toHaveLength(1);
    }
  });

  test('close no cycle when two edges that share no course come at the same moment', async () => {
    for (let round = 0; round < 6; round++) {
      const [a, b, c, d] = (await courses(4)) as [number, number, number, number];
      await succeeds(require(b, [c]));
      await succeeds(require(d, [a]));
      const answers = await Promise.all([require(a, [b]), require(c, [d])]);
      expect(statuses(answers)).toEqual([200, 409]);
    }
  });

  test('close no cycle when three edges come at the same moment', async () => {
    const [a, b, c] = (await courses(3)) as [number, number, number];
    const answers = await Promise.all([require(a, [b]), require(b, [c]), require(c, [a])]);
    expect(statuses(answers)).toEqual([200, 200, 409]);
  });

  test('are courses the teacher can see, each once', async () => {
    const [a, b] = (await courses(2)) as [number, number];
    const mine = await aDraft(teacher);
    const theirs = await aDraft(other);
    const open = await aCourse(other);
    const archived = await aCourse(other);
    await succeeds(student.post(`/courses/${archived.id}/enrollment`));
    await succeeds(other.delete(`/courses/${archived.id}`));
    const answer = await require(a, [b, theirs.id, mine.id, archived.id, open.id, 999_999]);
    expect([answer.status, pointers(answer.body)]).toEqual([
      ...[422, ['/body/courseIds/1', '/body/courseIds/3', '/body/courseIds/5']],
    ]);
    expect(await outcome(require(a, [b, mine.id, open.id]))).toEqual([200]);
    expect(await outcome(require(a, [b, b]))).toEqual([422, 'VALIDATION_FAILED']);
    expect(await outcome(require(a, Array.from({ length: 21 }, (_, at) => at + 1)))).toEqual([
      422,
      'VALIDATION_FAILED',
    ]);
    expect(await outcome(teacher.put(`/courses/${a}/prerequisites`, { courseIds: ['1'] }))).toEqual([
      ...[422, 'VALIDATION_FAILED'],
    ]);
  });

  test('are set by the teacher of the course, from what the course is now', async () => {
    const [a, b] = (await courses(2)) as [number, number];
    const { etag } = (await teacher.get(`/courses/${a}`)).headers;
    expect(await outcome(other.put(`/courses/${a}/prerequisites`, { courseIds: [] }))).toEqual([403, 'FORBIDDEN']);
    expect(await outcome(student.put(`/courses/${a}/prerequisites`, { courseIds: [] }))).toEqual([403, 'FORBIDDEN']);
    await succeeds(require(a, [b], { 'if-match': etag! }));
    expect(await outcome(require(a, [], { 'if-match': etag! }))).toEqual([412, 'PRECONDITION_FAILED']);
    expect(await required(a)).toEqual([b]);
  });
});
