import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import { School, type Client } from '../support/school';

let school: School;
let teacher: Client;
let student: Client;
let course: BuiltCourse;
beforeAll(async () => {
  school = await School.open();
  teacher = await school.teacher();
  course = await aPublishedCourse(school, teacher.id, { lessons: 1 });
  student = await anEnrolledStudent(school, course);
});
afterAll(() => school.close());

const picture = { url: 'https://images.example.org/a.jpg', width: 900, height: 600, description: 'A still life' };
const steps = ['Sketch', 'Block in', 'Model', 'Glaze', 'Varnish'];
const questions = {
  blanks: {
    id: 'blanks',
    kind: 'fill_blanks',
    text: 'Panels get {{b1}}, canvas gets {{b2}}.',
    points: 2,
    blanks: ['b1', 'b2'],
    partial: true,
  },
  matching: {
    id: 'matching',
    kind: 'matching',
    text: 'Which school?',
    points: 2,
    prompts: [
      { id: 'duccio', text: 'Duccio' },
      { id: 'giotto', text: 'Giotto' },
    ],
    choices: ['Siena', 'Florence', 'Venice'],
  },
  ordering: { id: 'ordering', kind: 'ordering', text: 'In which order?', points: 2, items: steps, partial: true },
  colour: { id: 'colour', kind: 'colour_match', text: 'Which red is vermilion?', points: 2 },
  hotspot: { id: 'hotspot', kind: 'image_hotspot', text: 'Where is the light?', points: 2, picture, spotCount: 1 },
};
const answerKey = {
  blanks: { blanks: { b1: ['gesso'], b2: ['size'] } },
  matching: { matches: { duccio: 0, giotto: 1 } },
  ordering: { order: [0, 1, 2, 3, 4], explanation: 'Fat over lean.' },
  colour: { colour: '#e34234', tolerance: 3, bands: [{ tolerance: 8, percent: 50 }] },
  hotspot: { spots: [{ shape: 'ellipse', x: 0.7, y: 0.2, radiusX: 0.1, radiusY: 0.1 }], tolerance: 0 },
};
const quiz = { title: 'Materials', exerciseType: 'quiz', content: { questions: Object.values(questions) }, answerKey };

const create = async (more: object = {}) => {
  const response = await teacher.post(`/lessons/${course.lessons[0]}/exercises`, { ...quiz, ...more });
  expect([response.status, response.body.errors]).toEqual([201, undefined]);
  return response.body;
};
const errorsOf = async (content: object, keys: object = {}) => {
  const body = { ...quiz, content, answerKey: keys };
  const response = await teacher.post(`/lessons/${course.lessons[0]}/exercises`, body);
  expect(response.status).toBe(422);
  return response.body.errors.map(({ pointer, rule }: any) => [pointer, rule]);
};
const handIn = async (exercise: { id: number }, answers: object) =>
  student.post(`/exercises/${exercise.id}/submissions`, { answers });
const listIn = (exercise: any, id: string, list: string): { id: string; text: string }[] =>
  exercise.content.questions.find((question: any) => question.id === id)[list];
const idOf = (exercise: any, id: string, list: string, text: string): string =>
  listIn(exercise, id, list).find((option) => option.text === text)!.id;

const rightAnswers = (exercise: any) => ({
  blanks: { b1: 'Gesso', b2: ' size ' },
  matching: {
    duccio: idOf(exercise, 'matching', 'choices', 'Siena'),
    giotto: idOf(exercise, 'matching', 'choices', 'Florence'),
  },
  ordering: steps.map((step) => idOf(exercise, 'ordering', 'items', step)),
  colour: '#E34234',
  hotspot: [{ x: 0.72, y: 0.22 }],
});

describe('a quiz with every automatically graded kind', () => {
  it('gives all points for the right answers, and shows the right answers after the pass', async () => {
    const exercise = await create();
    const right = rightAnswers(exercise);
    const { status, body } = await handIn(exercise, right);
    expect([status, body.score, body.status]).toEqual([201, 100, 'approved']);
    expect(body.answers).toEqual(right);
    const shown = Object.fromEntries(body.questions.map(({ id, rightAnswer }: any) => [id, rightAnswer]));
    expect(shown).toEqual({
      ...right,
      blanks: { b1: ['gesso'], b2: ['size'] },
      colour: '#e34234',
      hotspot: answerKey.hotspot.spots,
    });
  });

  it('gives a part of the points for answers that are partly right', async () => {
    const exercise = await create();
    const right = rightAnswers(exercise);
    const [first, ...others] = right.ordering;
    const answers = {
      ...right,
      blanks: { b1: 'gesso', b2: 'chalk' },
      ordering: [...others, first],
      colour: '#e3603a',
      hotspot: [{ x: 0.1, y: 0.9 }],
    };
    const { id } = (await handIn(exercise, answers)).body;
    const { questions: results } = (await teacher.get(`/submissions/${id}`)).body;
    expect(results.map(({ id: question, points, correct }: any) => [question, points, correct])).toEqual([
      ['blanks', 1, 'partial'],
      ['matching', 2, true],
      ['ordering', 1.5, 'partial'],
      ['colour', 1, 'partial'],
      ['hotspot', 0, false],
    ]);
  });

  it('grades earlier answers again with a corrected key', async () => {
    const exercise = await create();
    const { id } = (await handIn(exercise, { hotspot: [{ x: 0.1, y: 0.9 }] })).body;
    const corrected = { ...answerKey.hotspot, spots: [{ shape: 'rectangle', x: 0, y: 0.8, width: 0.2, height: 0.2 }] };
    const keys = (await teacher.get(`/exercises/${exercise.id}/answer-key`)).body.answerKey;
    const changed = await teacher.put(`/exercises/${exercise.id}/answer-key`, {
      answerKey: { ...keys, hotspot: corrected },
    });
    expect(changed.status).toBe(200);
    await school.settle();
    expect((await student.get(`/submissions/${id}`)).body.score).toBe(20);
  });

  it('keeps saved answers of every kind in a timed attempt', async () => {
    const exercise = await create({ timeLimitMinutes: 10 });
    const attempt = (await student.post(`/exercises/${exercise.id}/attempts`)).body;
    const answers = rightAnswers(exercise);
    expect((await student.patch(`/attempts/${attempt.id}`, { answers })).body.answers).toEqual(answers);
    const submitted = await student.post(`/attempts/${attempt.id}/submission`, {});
    expect([submitted.status, submitted.body.score]).toEqual([201, 100]);
  });
});

describe('the order of items and options', () => {
  it('is not the order in which the teacher wrote the items, and no id tells it', async () => {
    const exercises = await Promise.all([1, 2, 3, 4].map(() => create()));
    const orders = exercises.map((exercise) => listIn(exercise, 'ordering', 'items'));
    // Four exercises that all show the right order by chance: once in 200 million runs.
    expect(orders.some((items) => items.map(({ text }) => text).join() !== steps.join())).toBe(true);
    for (const { id } of orders.flat()) expect(id).toMatch(/^n[0-9a-f]{8}$/);
    const read = await student.get(`/exercises/${exercises[0].id}`);
    expect(listIn(read.body, 'ordering', 'items')).toEqual(orders[0]);
  });

  it('stays when the teacher saves the same items again', async () => {
    const exercise = await create();
    const { content } = exercise;
    const saved = (await teacher.patch(`/exercises/${exercise.id}`, { content: { questions: quiz.content.questions } }))
      .body;
    expect(saved.content).toEqual(content);
  });

  it('of a shuffled question differs between students, stays for each, and is that of the teacher for the teacher', async () => {
    const options = Array.from({ length: 12 }, (_, index) => ({ id: `c${index}`, text: `Colour ${index}` }));
    const shuffled = { id: 'q1', kind: 'single', text: 'Which?', points: 1, options, isShuffled: true };
    const exercise = await create({ content: { questions: [shuffled] }, answerKey: { q1: { answer: 'c3' } } });
    const other = await anEnrolledStudent(school, course);
    const orderSeenBy = async (client: Client) =>
      listIn((await client.get(`/exercises/${exercise.id}`)).body, 'q1', 'options').map(({ id }) => id);
    const [seen, again, seenByOther] = [
      await orderSeenBy(student),
      await orderSeenBy(student),
      await orderSeenBy(other),
    ];
    expect(seen).toEqual(again);
    expect(seen).not.toEqual(seenByOther);
    expect(seen.toSorted()).toEqual(options.map(({ id }) => id).toSorted());
    expect(await orderSeenBy(teacher)).toEqual(options.map(({ id }) => id));
    const { body } = await student.get(`/lessons/${course.lessons[0]}`);
    const ofLesson = body.exercises.find(({ id }: any) => id === exercise.id);
    expect(listIn(ofLesson, 'q1', 'options').map(({ id }) => id)).toEqual(seen);
    // An index would mean another option for each student.
    expect((await handIn(exercise, { q1: 3 })).body.errors[0].pointer).toBe('/body/answers/q1');
    const submission = (await handIn(exercise, { q1: 'c3' })).body;
    expect(submission.score).toBe(100);
    expect(submission.questions[0].question.options.map(({ id }: any) => id)).toEqual(seen);
  });
});

describe('an essay', () => {
  const essay = { id: 'essay', kind: 'essay', text: 'Describe the light.', points: 6 };
  const colour = { ...questions.colour, points: 4 };
  const content = { questions: [colour, essay] };

  it('waits for the teacher, and the other questions are graded at once', async () => {
    const exercise = await create({ content, answerKey: { colour: answerKey.colour } });
    const { body } = await handIn(exercise, { colour: '#e34234', essay: 'It comes from the left. '.repeat(200) });
    expect([body.status, body.score]).toEqual(['pending', null]);
    const { questions: results } = (await teacher.get(`/submissions/${body.id}`)).body;
    expect(results.map(({ points, correct }: any) => [points, correct])).toEqual([
      [4, true],
      [null, null],
    ]);
    const graded = await teacher.put(`/submissions/${body.id}/grade`, { score: 90, status: 'approved' });
    expect([graded.status, graded.body.score]).toEqual([200, 90]);
  });

  it('that is left out earns nothing and waits for nobody', async () => {
    const explained = { colour: answerKey.colour, essay: { explanation: 'Warm light has cool shadows.' } };
    const exercise = await create({ content, answerKey: explained });
    const { body } = await handIn(exercise, { colour: '#e34234', essay: ' ' });
    expect([body.status, body.score]).toEqual(['needs_revision', 40]);
  });
});

describe('refused questions and keys', () => {
  const content = (question: object) => ({ questions: [question] });
  const { blanks, matching, ordering, colour, hotspot } = questions;
  it.each<[string, object, object, [string, string][]]>([
    [
      'a blank without a place in the text',
      { ...blanks, blanks: ['b1', 'b2', 'b3'] },
      { blanks: { blanks: { b1: ['a'], b2: ['b'], b3: ['c'] } } },
      [['/body/content/questions/0/blanks/2', 'blanks']],
    ],
    [
      'a place without a blank',
      { ...blanks, blanks: ['b1'] },
      { blanks: { blanks: { b1: ['a'] } } },
      [['/body/content/questions/0/text', 'blanks']],
    ],
    [
      'a blank without a key',
      blanks,
      { blanks: { blanks: { b1: ['a'] } } },
      [['/body/answerKey/blanks/blanks/b2', 'answer_key']],
    ],
    [
      'two equal choices',
      { ...matching, choices: ['Siena', 'Siena'] },
      { matching: { matches: { duccio: 0, giotto: 0 } } },
      [['/body/content/questions/0/choices/1', 'unique_options']],
    ],
    [
      'a choice that does not exist, and a prompt without one',
      matching,
      { matching: { matches: { duccio: 9 } } },
      [
        ['/body/answerKey/matching/matches/giotto', 'answer_key'],
        ['/body/answerKey/matching/matches', 'answer_key'],
      ],
    ],
    [
      'an order without every item',
      ordering,
      { ordering: { order: [0, 1, 2, 3] } },
      [['/body/answerKey/ordering/order', 'answer_key']],
    ],
    [
      'a band that is narrower than the tolerance',
      colour,
      { colour: { colour: '#e34234', tolerance: 5, bands: [{ tolerance: 4, percent: 50 }] } },
      [['/body/answerKey/colour/bands/0', 'answer_key']],
    ],
    [
      'another number of spots, and a point that nobody can hit',
      { ...hotspot, spotCount: 2 },
      { hotspot: { spots: [{ shape: 'point', x: 0.5, y: 0.5 }], tolerance: 0 } },
      [
        ['/body/answerKey/hotspot/spots', 'answer_key'],
        ['/body/answerKey/hotspot/tolerance', 'answer_key'],
      ],
    ],
    [
      'the key of another kind',
      colour,
      { colour: { answer: true } },
      [['/body/answerKey/colour/colour', 'answer_key']],
    ],
  ])('%s is refused', async (_, question, keys, expected) => {
    expect((await errorsOf(content(question), keys)).slice(0, expected.length)).toEqual(expected);
  });

  it.each<[string, object]>([
    ['a blank that does not exist', { blanks: { b9: 'x' } }],
    ['a prompt that does not exist', { matching: { masaccio: 'x' } }],
    ['a choice that does not exist', { matching: { duccio: 'x' } }],
    ['an item twice', { ordering: ['x', 'x'] }],
    ['a colour by name', { colour: 'vermilion' }],
    ['a click beside the picture', { hotspot: [{ x: 1.2, y: 0 }] }],
    [
      'more clicks than spots',
      {
        hotspot: [
          { x: 0.1, y: 0.1 },
          { x: 0.2, y: 0.2 },
        ],
      },
    ],
    ['the answer to another kind', { hotspot: '#e34234' }],
  ])('an answer with %s is refused', async (_, answers) => {
    const exercise = await create();
    const { status, body } = await handIn(exercise, answers);
    expect([status, body.errors[0].pointer.split('/').slice(0, 4).join('/')]).toEqual([
      422,
      `/body/answers/${Object.keys(answers)[0]}`,
    ]);
  });
});
