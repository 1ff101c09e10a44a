import { aPublishedCourse, anEnrolledStudent } from '../support/courses';
import { School, type Client } from '../support/school';

let school: School;
let teacher: Client;
beforeAll(async () => {
  school = await School.open();
  teacher = await school.teacher();
});
afterAll(() => school.close());

const q1 = { id: 'q1', kind: 'single', text: 'Which is warm?', points: 5, options: ['Ultramarine', 'Ochre'] };
const q2 = { id: 'q2', kind: 'short_answer', text: 'Light against dark?', points: 5 };
const quiz = {
  title: 'Know your colours',
  exerciseType: 'quiz',
  content: { questions: [q1, q2] },
  answerKey: {
    q1: { answer: 1, explanation: 'Ochre is an earth.' },
    q2: { accepted: ['chiaroscuro'], explanation: 'The word is Italian.' },
  },
};

async function aQuiz(more: object = {}) {
  const course = await aPublishedCourse(school, teacher.id, { lessons: 1 });
  const response = await teacher.post(`/lessons/${course.lessons[0]}/exercises`, { ...quiz, ...more });
  if (response.status !== 201) throw new Error(JSON.stringify(response.body));
  return { exercise: response.body, student: await anEnrolledStudent(school, course), course };
}
const handIn = async (student: Client, exercise: { id: number }, answers: object) =>
  (await student.post(`/exercises/${exercise.id}/submissions`, { answers })).body;
const read = async (client: Client, path: string) => (await client.get(path)).body;
const change = async (exercise: { id: number }, changes: object) => {
  const response = await teacher.patch(`/exercises/${exercise.id}`, changes);
  expect([response.status, response.body.errors]).toEqual([200, undefined]);
  await school.settle();
  return response.body;
};

describe('options', () => {
  it('options without an id get one, and keep it when the teacher reorders them', async () => {
    const { exercise } = await aQuiz();
    expect(exercise.content.questions[0].options).toEqual([
      { id: 'o1', text: 'Ultramarine' },
      { id: 'o2', text: 'Ochre' },
    ]);
    const reordered = { ...q1, options: ['Ochre', 'Umber', 'Ultramarine'] };
    const { content } = await change(exercise, { content: { questions: [reordered, q2] } });
    expect(content.questions[0].options).toEqual([
      { id: 'o2', text: 'Ochre' },
      { id: expect.stringMatching(/^n[0-9a-f]{8}$/), text: 'Umber' },
      { id: 'o1', text: 'Ultramarine' },
    ]);
    expect((await read(teacher, `/exercises/${exercise.id}/answer-key`)).answerKey.q1.answer).toBe('o2');
  });

  it('an answer names an option by its id, and an index is stored as the id', async () => {
    const { exercise, student } = await aQuiz();
    expect((await handIn(student, exercise, { q1: 1 })).answers).toEqual({ q1: 'o2' });
    expect(await handIn(student, exercise, { q1: 'o2', q2: 'chiaroscuro' })).toMatchObject({ score: 100 });
    const unknown = await student.post(`/exercises/${exercise.id}/submissions`, { answers: { q1: 'o9' } });
    expect(unknown.body.errors).toEqual([
      { pointer: '/body/answers/q1', message: 'Must be the id of an option', rule: 'answer_form' },
    ]);
  });

  it('content, keys and answers that were stored with indexes keep their meaning', async () => {
    const { exercise, student } = await aQuiz();
    const { id } = await handIn(student, exercise, { q1: 'o2', q2: 'no idea' });
    await school.database.transaction(async () => {
      const stored = [{ questions: [q1, q2] }, { q1: { answer: 1 }, q2: { accepted: ['chiaroscuro'] } }];
      await school.database.run('UPDATE courses_exercise SET content = $2, answer_key = $3 WHERE id = $1', [
        exercise.id,
        ...stored,
      ]);
      const handedIn = { answers: { q1: 1, q2: 'no idea' } };
      await school.database.run(
        'UPDATE courses_exercisesubmission SET submission_data = $2, exercise_version = 0 WHERE id = $1',
        [id, handedIn],
      );
    });
    expect((await read(student, `/exercises/${exercise.id}`)).content.questions[0].options[1].id).toBe('o2');
    await change(exercise, { content: { questions: [{ ...q1, options: ['Ochre', 'Ultramarine'] }, q2] } });
    const submission = await read(teacher, `/submissions/${id}`);
    expect(submission.answers).toEqual({ q1: 'o2', q2: 'no idea' });
    expect(submission.questions[0]).toMatchObject({ correct: true, rightAnswer: 'o2' });
    expect(submission.questions[0].question.options[1]).toEqual({ id: 'o2', text: 'Ochre' });
  });
});

describe('a result', () => {
  it('keeps the questions as they were answered when the teacher replaces them', async () => {
    const { exercise, student } = await aQuiz();
    const { id, questions } = await handIn(student, exercise, { q1: 'o2', q2: 'chiaroscuro' });
    await change(exercise, {
      content: { questions: [{ ...q2, id: 'q3', text: 'New?' }] },
      answerKey: { q3: { accepted: ['x'] } },
    });
    expect((await read(student, `/submissions/${id}`)).questions).toEqual(questions);
    await change(exercise, {
      content: { questions: [{ ...q2, id: 'q4', text: 'Newer?' }] },
      answerKey: { q4: { accepted: ['x'] } },
    });
    expect((await read(student, `/submissions/${id}`)).questions).toEqual(questions);
    expect((await school.statements(() => student.get(`/submissions/${id}`))).statements).toHaveLength(1);
  });

  it('is not graded again by the key of a question that replaced the answered one', async () => {
    const { exercise, student } = await aQuiz();
    const { id } = await handIn(student, exercise, { q1: 'o1', q2: 'chiaroscuro' });
    const replaced = {
      ...q1,
      options: [
        { id: 'o1', text: 'Cerulean' },
        { id: 'b', text: 'Umber' },
      ],
    };
    await change(exercise, {
      content: { questions: [replaced, q2] },
      answerKey: { q1: { answer: 'o1' }, q2: { accepted: ['chiaroscuro'] } },
    });
    expect(await read(student, `/submissions/${id}`)).toMatchObject({ score: 50, answers: { q1: 'o1' } });
    await change(exercise, { answerKey: { q1: { answer: 'o1' }, q2: { accepted: ['tenebrism'] } } });
    expect(await read(student, `/submissions/${id}`)).toMatchObject({ score: 50 });
  });

  it('stays readable when the exercise is archived', async () => {
    const { exercise, student } = await aQuiz();
    const { id, questions } = await handIn(student, exercise, { q1: 'o2', q2: 'chiaroscuro' });
    expect((await teacher.delete(`/exercises/${exercise.id}`)).body.status).toBe('archived');
    expect((await student.get(`/exercises/${exercise.id}`)).status).toBe(404);
    expect(await read(student, `/submissions/${id}`)).toMatchObject({ score: 100, questions });
    expect((await read(student, `/me/submissions?exerciseId=${exercise.id}`)).data).toHaveLength(1);
  });

  it('tells an unanswered question from a wrong one, also in a grade that was stored as wrong', async () => {
    const { exercise, student } = await aQuiz({ revealResults: 'after_last_attempt', attemptsAllowed: 1 });
    const { id, questions } = await handIn(student, exercise, { q1: 'o1', q2: '  ' });
    const results = (body: any[]) => body.map(({ correct, points }) => [correct, points]);
    expect(results(questions)).toEqual([
      [false, 0],
      ['unanswered', 0],
    ]);
    const grading = { questions: ['q1', 'q2'].map((one) => ({ id: one, points: 0, maxPoints: 5, correct: false })) };
    await school.database.transaction(() =>
      school.database.run('UPDATE courses_exercisesubmission SET grading = $2 WHERE id = $1', [id, grading]),
    );
    expect(results((await read(student, `/submissions/${id}`)).questions)).toEqual(results(questions));
  });

  it.each([
    ['after_pass', { q1: 'o2', q2: 'chiaroscuro' }, true],
    ['after_pass', { q1: 'o2', q2: 'no idea' }, false],
    ['after_closing', { q1: 'o2', q2: 'chiaroscuro' }, false],
  ])(
    'with %s and the answers %j, the right answers and explanations are shown: %s',
    async (revealResults, answers, isShown) => {
      const { exercise, student } = await aQuiz({ revealResults, passingPercent: 100 });
      const submission = await handIn(student, exercise, answers);
      const shown = ({ questions }: any) =>
        questions.map(({ rightAnswer, explanation }: any) => [rightAnswer, explanation]);
      const all = [
        ['o2', 'Ochre is an earth.'],
        [['chiaroscuro'], 'The word is Italian.'],
      ];
      const hidden = [
        [null, null],
        [null, null],
      ];
      expect(shown(submission)).toEqual(isShown ? all : hidden);
      expect(shown(await read(teacher, `/submissions/${submission.id}`))).toEqual(all);
      if (!isShown) expect(JSON.stringify(submission.questions)).not.toMatch(/Italian|earth|accepted/);
      expect(JSON.stringify(await read(student, `/exercises/${exercise.id}`))).not.toMatch(/Italian|earth|accepted/);
    },
  );
});

describe('a saved attempt', () => {
  it('null clears a saved answer, and the other answers stay', async () => {
    const { exercise, student } = await aQuiz({ timeLimitMinutes: 30 });
    const attempt = (await student.post(`/exercises/${exercise.id}/attempts`)).body;
    const save = async (answers: object) => (await student.patch(`/attempts/${attempt.id}`, { answers })).body.answers;
    expect(await save({ q1: 1, q2: 'chiaroscuro' })).toEqual({ q1: 'o2', q2: 'chiaroscuro' });
    expect(await save({ q1: null })).toEqual({ q2: 'chiaroscuro' });
    expect(await save({ q1: null, q9: null })).toEqual({ q2: 'chiaroscuro' });
    const handedIn = (await student.post(`/attempts/${attempt.id}/submission`, { answers: { q2: null, q1: 'o2' } }))
      .body;
    expect(handedIn).toMatchObject({ answers: { q1: 'o2' }, score: 50 });
    const unanswered = (await read(teacher, `/submissions/${handedIn.id}`)).questions[1];
    expect(unanswered.correct).toBe('unanswered');
  });

  it('null clears the saved work of an assignment', async () => {
    const { exercise, student } = await aQuiz({
      exerciseType: 'assignment',
      timeLimitMinutes: 30,
      content: { prompt: 'Paint a lemon.' },
      answerKey: {},
    });
    const attempt = (await student.post(`/exercises/${exercise.id}/attempts`)).body;
    const save = async (work: object | null) => (await student.patch(`/attempts/${attempt.id}`, { work })).body.work;
    expect(await save({ text: 'Yellow.' })).toEqual({ text: 'Yellow.' });
    expect(await save(null)).toBeNull();
    const empty = await student.post(`/attempts/${attempt.id}/submission`, {});
    expect(empty.body.errors).toEqual([
      { pointer: '/body/work', message: expect.any(String), rule: expect.any(String) },
    ]);
  });
});

it('a quiz takes three requests from start to result, and two without a time limit', async () => {
  const { exercise, student, course } = await aQuiz({ timeLimitMinutes: 30 });
  const { exercises } = await read(student, `/lessons/${course.lessons[0]}`);
  const attempt = (await student.post(`/exercises/${exercises[0].id}/attempts`)).body;
  const result = await student.post(`/attempts/${attempt.id}/submission`, { answers: { q1: 'o2', q2: 'chiaroscuro' } });
  expect(result.body).toMatchObject({ score: 100, exerciseId: exercise.id, result: { hasPassed: true } });
  expect(result.body.questions.every(({ correct }: { correct: unknown }) => correct === true)).toBe(true);
});
