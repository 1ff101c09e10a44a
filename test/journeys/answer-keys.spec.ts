import type { Client, School } from '../support/school';
import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import {
  answers,
  aSchoolAtWork,
  done,
  idFor,
  keyMarks,
  keyValues,
  partsOf,
  type Cast,
  type Role,
  type Things,
} from './cast';
import { addressOf, routesOf, type Route } from './routes';

let school: School;
let cast: Cast;
let things: Things;
beforeAll(async () => {
  ({ school, cast, things } = await aSchoolAtWork());
});
afterAll(() => school.close());

/** The roles that must never read an answer key: all but the teacher of the course and administrators. */
const outsiders: Role[] = ['visitor', 'student', 'otherStudent', 'otherTeacher', 'unapprovedTeacher'];

/** All paths of a GET route in this school: one for every object of its kind. */
function addressesOf(route: Route): string[] {
  const { course, draft, lesson, lastLesson, quiz, assignment, timedQuiz } = things;
  const { attempt, gradedSubmission, pendingSubmission } = things;
  const idsByNoun: Record<string, number[]> = {
    courses: [course, draft],
    lessons: [lesson, lastLesson],
    exercises: [quiz, assignment, timedQuiz],
    attempts: [attempt],
    submissions: [gradedSubmission, pendingSubmission],
  };
  const explainQuery = `?objectType=courses.exercise&objectId=${quiz}`;
  const noun = /\/([a-z]+)\/\{id\}/.exec(route.template)?.[1];
  if (!noun)
    return [
      `${addressOf(route, partsOf(route.template, things, cast))}${route.template.endsWith('/explain') ? explainQuery : ''}`,
    ];
  return (idsByNoun[noun] ?? [idFor(route.template, things, cast)]).map((id) => addressOf(route, { id }));
}

interface ReadResult {
  leaks: string[];
  read: string[];
}

/** Reads every path of every GET route as each of these roles. */
async function readAllRoutes(roles: Role[]): Promise<ReadResult> {
  const found: ReadResult = { leaks: [], read: [] };
  for (const route of routesOf(school.document).filter(({ method }) => method === 'GET'))
    for (const address of addressesOf(route))
      for (const role of roles) {
        const response = await cast[role].get(address);
        if (response.status < 300) found.read.push(`${role} ${route.name}`);
        if (marksFor(address).test(JSON.stringify(response.body) ?? '')) found.leaks.push(`${role} ${address}`);
      }
  return found;
}

/** Pages of `/operations` show SQL, which names the columns of a key. So only the values count there. */
const marksFor = (address: string): RegExp => (address.startsWith('/operations/') ? keyValues : keyMarks);

test('before grading, no response to a student, a visitor or another teacher holds an answer key', async () => {
  const { leaks, read } = await readAllRoutes(outsiders);
  expect(leaks).toEqual([]);
  // The student could read the objects: a search in error responses alone would find no key either.
  for (const noun of ['courses/{id}', 'lessons/{id}', 'exercises/{id}', 'attempts/{id}', 'submissions/{id}'])
    expect(read).toContain(`student GET /api/v1/${noun}`);
});

test('the teacher of the course and administrators can read answer keys in two places: the key, and the results of a submission', async () => {
  const { leaks } = await readAllRoutes(['teacher', 'admin']);
  expect([...new Set(leaks)].sort()).toEqual(
    ['admin', 'teacher']
      .flatMap((role) => [things.quiz, things.timedQuiz].map((id) => `${role} /exercises/${id}/answer-key`))
      .concat(['admin', 'teacher'].map((role) => `${role} /exercises/${things.assignment}/answer-key`))
      .concat(['admin', 'teacher'].map((role) => `${role} /submissions/${things.gradedSubmission}`))
      .sort(),
  );
});

test('after handing in and grading, no response to a student, a visitor or another teacher holds an answer key', async () => {
  const { student, teacher } = cast;
  const responses = [
    await student.patch(`/attempts/${things.attempt}`, { answers: { q1: 0 } }),
    await student.post(`/attempts/${things.attempt}/submission`, { answers }),
    await student.post(`/exercises/${things.quiz}/submissions`, { answers: { q1: 'not an index' } }),
    await student.post(`/exercises/${things.quiz}/submissions`, { answers }),
  ];
  await done(teacher.put(`/submissions/${things.pendingSubmission}/grade`, { score: 90, status: 'approved' }));
  await done(teacher.put(`/submissions/${things.gradedSubmission}/grade`, { score: 70, status: 'approved' }));
  await school.settle();
  expect(responses.map(({ status }) => status)).toEqual([200, 201, 422, 201]);
  for (const { body } of responses) expect(JSON.stringify(body)).not.toMatch(keyMarks);
  expect((await readAllRoutes(outsiders)).leaks).toEqual([]);
});

describe('a student who guesses all answers to find the key', () => {
  const options = ['Ochre', 'Umber', 'Sienna', 'Madder'];
  const ids = Array.from({ length: 20 }, (_, index) => `q${index}`);
  const rightAnswers = Object.fromEntries(ids.map((id, index) => [id, `o${((index * 7) % 4) + 1}`]));
  let course: BuiltCourse;
  let teacher: Client;
  beforeAll(async () => {
    teacher = cast.teacher;
    course = await aPublishedCourse(school, teacher.id, { lessons: 1 });
  });

  const createQuiz = async (more: object = {}): Promise<number> => {
    const questions = ids.map((id) => ({ id, kind: 'single', text: `Which earth is ${id}?`, points: 5, options }));
    const answerKey = Object.fromEntries(Object.entries(rightAnswers).map(([id, answer]) => [id, { answer }]));
    const quiz = { title: 'Twenty', exerciseType: 'quiz', content: { questions }, answerKey, ...more };
    return (await done(teacher.post(`/lessons/${course.lessons[0]}/exercises`, quiz))).id;
  };
  const sameAnswers = (option: number) => ({ answers: Object.fromEntries(ids.map((id) => [id, option])) });
  /** Hands in guesses, reads every response and submission, and returns the right answers that the student can learn. */
  async function learnKey(student: Client, quiz: number, attempts: number): Promise<Record<string, string>> {
    const key: Record<string, string> = {};
    const responses: any[] = [];
    for (let option = 0; option < attempts; option++)
      responses.push(await done(student.post(`/exercises/${quiz}/submissions`, sameAnswers(option))));
    for (const { id } of [...responses]) responses.push(await done(student.get(`/submissions/${id}`)));
    for (const { answers: given, questions } of responses)
      for (const { id, correct, points, rightAnswer } of questions)
        if (correct === true || points > 0 || rightAnswer !== null) key[id] = rightAnswer ?? given[id];
    await school.settle();
    return key;
  }

  test('a student who fails every attempt does not learn which answers were right', async () => {
    const quiz = await createQuiz();
    const student = await anEnrolledStudent(school, course);
    expect(await learnKey(student, quiz, 3)).toEqual({});
    const { data } = await done(student.get(`/me/submissions?exerciseId=${quiz}`));
    expect(data.map(({ score, status }: any) => [score, status])).toEqual([
      [25, 'rejected'],
      [25, 'needs_revision'],
      [25, 'needs_revision'],
    ]);
  });

  test('a student learns the right answers after the last attempt if the teacher has chosen after_last_attempt', async () => {
    const quiz = await createQuiz({ revealResults: 'after_last_attempt', attemptsAllowed: 4 });
    const student = await anEnrolledStudent(school, course);
    expect(await learnKey(student, quiz, 3)).toEqual({});
    expect(await done(student.post(`/exercises/${quiz}/submissions`, sameAnswers(3)))).toMatchObject({
      attemptNumber: 4,
    });
    const key: Record<string, string> = {};
    for (const { id } of (await done(student.get(`/me/submissions?exerciseId=${quiz}`))).data) {
      const { answers: given, questions } = await done(student.get(`/submissions/${id}`));
      for (const { id: question, correct } of questions) if (correct === true) key[question] = given[question];
    }
    expect(key).toEqual(rightAnswers);
  });

  test('a student who passes learns the right answers, but not with after_closing while the quiz is open', async () => {
    const outcomes = [];
    for (const revealResults of ['after_pass', 'after_closing']) {
      const quiz = await createQuiz({ revealResults });
      const student = await anEnrolledStudent(school, course);
      const { id, questions } = await done(student.post(`/exercises/${quiz}/submissions`, { answers: rightAnswers }));
      outcomes.push(questions[0].correct);
      // The teacher always sees which answers were right, also in the response to a grade.
      expect((await done(teacher.get(`/submissions/${id}`))).questions[0].correct).toBe(true);
      const graded = await done(teacher.put(`/submissions/${id}/grade`, { score: 90, status: 'approved' }));
      expect(graded.questions[0].correct).toBe(true);
    }
    expect(outcomes).toEqual([true, null]);
  });

  test('a student does not learn which answers were right when a corrected key changes the grade', async () => {
    const quiz = await createQuiz();
    const student = await anEnrolledStudent(school, course);
    const { id } = await done(student.post(`/exercises/${quiz}/submissions`, sameAnswers(0)));
    const answerKey = Object.fromEntries(ids.map((one, at) => [one, { answer: at < 8 ? 0 : 1 }]));
    await done(teacher.put(`/exercises/${quiz}/answer-key`, { answerKey }));
    await school.settle();
    const seen = await done(student.get(`/submissions/${id}`));
    expect(seen.score).toBe(40);
    expect(seen.questions.every(({ correct, points }: any) => correct === null && points === null)).toBe(true);
  });

  test('the right answers are hidden again while another attempt is in progress', async () => {
    const quiz = await createQuiz({ timeLimitMinutes: 30, attemptsAllowed: 3 });
    const student = await anEnrolledStudent(school, course);
    const attempt = await done(student.post(`/exercises/${quiz}/attempts`));
    const { id } = await done(student.post(`/attempts/${attempt.id}/submission`, { answers: rightAnswers }));
    expect((await done(student.get(`/submissions/${id}`))).questions[0].correct).toBe(true);
    await done(student.post(`/exercises/${quiz}/attempts`));
    expect((await done(student.get(`/submissions/${id}`))).questions[0].correct).toBeNull();
  });
});
