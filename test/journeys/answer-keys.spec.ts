import type { School } from '../support/school';
import { answers, aSchoolAtWork, done, idFor, keyMarks, keyValues, type Cast, type Role, type Things } from './cast';
import { addressOf, routesOf, type Route } from './routes';

let school: School;
let cast: Cast;
let things: Things;
beforeAll(async () => {
  ({ school, cast, things } = await aSchoolAtWork());
});
afterAll(() => school.close());

/** Who must never read a key: everybody but the teacher of the course and administrators. */
const outsiders: Role[] = ['visitor', 'student', 'otherStudent', 'otherTeacher', 'unapprovedTeacher'];

/** Every address a GET route has in this school: for each noun, all of the things. */
function addressesOf(route: Route): string[] {
  const { course, draft, lesson, lastLesson, quiz, assignment, timedQuiz } = things;
  const { attempt, gradedSubmission, pendingSubmission } = things;
  const all: Record<string, number[]> = {
    ...{ courses: [course, draft], lessons: [lesson, lastLesson], exercises: [quiz, assignment, timedQuiz] },
    ...{ attempts: [attempt], submissions: [gradedSubmission, pendingSubmission] },
  };
  const explained = `?objectType=courses.exercise&objectId=${quiz}`;
  const noun = /\/([a-z]+)\/\{id\}/.exec(route.template)?.[1];
  if (!noun) return [`${addressOf(route)}${route.template.endsWith('/explain') ? explained : ''}`];
  return (all[noun] ?? [idFor(route.template, things, cast)]).map((id) => addressOf(route, { id }));
}

interface Walk {
  leaks: string[];
  read: string[];
}

/** Reads every GET route at every address as everybody. */
async function walk(roles: Role[]): Promise<Walk> {
  const found: Walk = { leaks: [], read: [] };
  for (const route of routesOf(school.document).filter(({ method }) => method === 'GET'))
    for (const address of addressesOf(route))
      for (const role of roles) {
        const answer = await cast[role].get(address);
        if (answer.status < 300) found.read.push(`${role} ${route.name}`);
        if (marksFor(address).test(JSON.stringify(answer.body) ?? '')) found.leaks.push(`${role} ${address}`);
      }
  return found;
}

/** A statement names its columns, never a value. */
const marksFor = (address: string): RegExp => (address.startsWith('/operations/') ? keyValues : keyMarks);

test('no answer to a student, a visitor or another teacher holds an answer key, before grading', async () => {
  const { leaks, read } = await walk(outsiders);
  expect(leaks).toEqual([]);
  // The walk read what a student can read: a walk of refusals would find no key either.
  for (const noun of ['courses/{id}', 'lessons/{id}', 'exercises/{id}', 'attempts/{id}', 'submissions/{id}'])
    expect(read).toContain(`student GET /api/v1/${noun}`);
});

test('the walk finds the keys where they may be read: by the teacher and administrators, in one place', async () => {
  const { leaks } = await walk(['teacher', 'admin']);
  expect([...new Set(leaks)].sort()).toEqual(
    ['admin', 'teacher']
      .flatMap((role) => [things.quiz, things.timedQuiz].map((id) => `${role} /exercises/${id}/answer-key`))
      .concat(['admin', 'teacher'].map((role) => `${role} /exercises/${things.assignment}/answer-key`))
      .sort(),
  );
});

test('nor after it, in what handing in and grading answer', async () => {
  const { student, teacher } = cast;
  const spoken = [
    await student.patch(`/attempts/${things.attempt}`, { answers: { q1: 0 } }),
    await student.post(`/attempts/${things.attempt}/submission`, { answers }),
    await student.post(`/exercises/${things.quiz}/submissions`, { answers: { q1: 'not an index' } }),
    await student.post(`/exercises/${things.quiz}/submissions`, { answers }),
  ];
  await done(teacher.put(`/submissions/${things.pendingSubmission}/grade`, { score: 90, status: 'approved' }));
  await done(teacher.put(`/submissions/${things.gradedSubmission}/grade`, { score: 70, status: 'approved' }));
  await school.settle();
  expect(spoken.map(({ status }) => status)).toEqual([200, 201, 422, 201]);
  for (const { body } of spoken) expect(JSON.stringify(body)).not.toMatch(keyMarks);
  expect((await walk(outsiders)).leaks).toEqual([]);
});
