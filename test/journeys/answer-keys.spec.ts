import type { Client, School } from '../support/school';
import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
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

describe('an account to be thrown away', () => {
  const options = ['Ochre', 'Umber', 'Sienna', 'Madder'];
  const ids = Array.from({ length: 20 }, (_, at) => `q${at}`);
  const right = Object.fromEntries(ids.map((id, at) => [id, (at * 7) % 4]));
  let course: BuiltCourse;
  let teacher: Client;
  beforeAll(async () => {
    teacher = cast.teacher;
    course = await aPublishedCourse(school, teacher.id, { lessons: 1 });
  });

  const aQuiz = async (more: object = {}): Promise<number> => {
    const questions = ids.map((id) => ({ id, kind: 'single', text: `Which earth is ${id}?`, points: 5, options }));
    const answerKey = Object.fromEntries(Object.entries(right).map(([id, answer]) => [id, { answer }]));
    const quiz = { title: 'Twenty', exerciseType: 'quiz', content: { questions }, answerKey, ...more };
    return (await done(teacher.post(`/lessons/${course.lessons[0]}/exercises`, quiz))).id;
  };
  const all = (option: number) => ({ answers: Object.fromEntries(ids.map((id) => [id, option])) });
  /** Everything it can read of what it handed in: the answers, each submission again, and its lists. */
  async function told(student: Client, quiz: number, attempts: number): Promise<Record<string, number>> {
    const key: Record<string, number> = {};
    const seen: any[] = [];
    for (let option = 0; option < attempts; option++)
      seen.push(await done(student.post(`/exercises/${quiz}/submissions`, all(option))));
    for (const { id } of [...seen]) seen.push(await done(student.get(`/submissions/${id}`)));
    for (const { answers: given, questions } of seen)
      for (const { id, correct, points } of questions) if (correct === true || points > 0) key[id] = given[id];
    await school.settle();
    return key;
  }

  test('learns nothing question by question from its attempts, the last one included', async () => {
    const quiz = await aQuiz();
    const student = await anEnrolledStudent(school, course);
    expect(await told(student, quiz, 3)).toEqual({});
    const { data } = await done(student.get(`/me/submissions?exerciseId=${quiz}`));
    expect(data.map(({ score, status }: any) => [score, status])).toEqual([
      [25, 'rejected'],
      [25, 'needs_revision'],
      [25, 'needs_revision'],
    ]);
  });

  test('does so where the teacher reveals after the last attempt, which is their choice', async () => {
    const quiz = await aQuiz({ revealResults: 'after_last_attempt', attemptsAllowed: 4 });
    const student = await anEnrolledStudent(school, course);
    expect(await told(student, quiz, 3)).toEqual({});
    expect(await done(student.post(`/exercises/${quiz}/submissions`, all(3)))).toMatchObject({ attemptNumber: 4 });
    const key: Record<string, number> = {};
    for (const { id } of (await done(student.get(`/me/submissions?exerciseId=${quiz}`))).data) {
      const { answers: given, questions } = await done(student.get(`/submissions/${id}`));
      for (const { id: question, correct } of questions) if (correct) key[question] = given[question];
    }
    expect(key).toEqual(right);
  });

  test('is told once it passed; nobody is where the quiz never closes and reveals after closing', async () => {
    const outcomes = [];
    for (const revealResults of ['after_pass', 'after_closing']) {
      const quiz = await aQuiz({ revealResults });
      const student = await anEnrolledStudent(school, course);
      const { id, questions } = await done(student.post(`/exercises/${quiz}/submissions`, { answers: right }));
      outcomes.push(questions[0].correct);
      // The teacher sees everything at any time, the grader in the answer to a grade.
      expect((await done(teacher.get(`/submissions/${id}`))).questions[0].correct).toBe(true);
      const graded = await done(teacher.put(`/submissions/${id}/grade`, { score: 90, status: 'approved' }));
      expect(graded.questions[0].correct).toBe(true);
    }
    expect(outcomes).toEqual([true, null]);
  });

  test('is told no question by a corrected key that grades its work again', async () => {
    const quiz = await aQuiz();
    const student = await anEnrolledStudent(school, course);
    const { id } = await done(student.post(`/exercises/${quiz}/submissions`, all(0)));
    const answerKey = Object.fromEntries(ids.map((one, at) => [one, { answer: at < 8 ? 0 : 1 }]));
    await done(teacher.put(`/exercises/${quiz}/answer-key`, { answerKey }));
    await school.settle();
    const seen = await done(student.get(`/submissions/${id}`));
    expect(seen.score).toBe(40);
    expect(seen.questions.every(({ correct, points }: any) => correct === null && points === null)).toBe(true);
  });

  test('holds back what is known while another attempt is begun', async () => {
    const quiz = await aQuiz({ timeLimitMinutes: 30, attemptsAllowed: 3 });
    const student = await anEnrolledStudent(school, course);
    const attempt = await done(student.post(`/exercises/${quiz}/attempts`));
    const { id } = await done(student.post(`/attempts/${attempt.id}/submission`, { answers: right }));
    expect((await done(student.get(`/submissions/${id}`))).questions[0].correct).toBe(true);
    await done(student.post(`/exercises/${quiz}/attempts`));
    expect((await done(student.get(`/submissions/${id}`))).questions[0].correct).toBeNull();
  });
});
