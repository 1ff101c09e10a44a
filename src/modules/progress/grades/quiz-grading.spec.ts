import { answerKeyOf, contentOf } from '../../courses/exercise/option-ids';
import type { ExerciseContent, QuizAnswers } from '../../courses/exercise/quiz';
import { checkAnswers, gradeQuiz as gradeWithIds, type QuizGrade } from './quiz-grading';

const question = { id: 'q', text: 'What do you see?', points: 10 };
const options = ['a', 'b', 'c', 'd', 'e'];
const single = { ...question, kind: 'single', options };
const multiple = { ...question, kind: 'multiple', options };
const trueFalse = { ...question, kind: 'true_false' };
const shortAnswer = { ...question, kind: 'short_answer' };
const numeric = { ...question, kind: 'numeric' };

type Answer = QuizAnswers[string];
const quiz = (...questions: object[]) => contentOf({ prompt: 'Look.', questions });

/** The questions and keys of these tests name options by their index, as they were stored before options had ids. */
const gradeQuiz = (content: ExerciseContent, key: object, answers: QuizAnswers, maxScore: number): QuizGrade =>
  gradeWithIds(content, answerKeyOf(key), answers, maxScore);

/** Grades a quiz with one question, which is worth 10 points. */
function pointsFor(gradedQuestion: object, key: object, answer: Answer | undefined): number {
  const answers: QuizAnswers = answer === undefined ? {} : { q: answer };
  return gradeQuiz(quiz(gradedQuestion), { q: key }, answers, 100).points;
}

describe('choice questions', () => {
  it.each<[string, Answer | undefined, number]>([
    ['the right option', 2, 10],
    ['another option', 1, 0],
    ['no answer', undefined, 0],
    ['a list', [2], 0],
    ['the number as text', '2', 0],
  ])('a single-choice question with %s (%j) earns %d of 10 points', (_, answer, points) => {
    expect(pointsFor(single, { answer: 2 }, answer)).toBe(points);
  });

  it('a single-choice question distinguishes the first option from a missing answer', () => {
    expect(pointsFor(single, { answer: 0 }, 0)).toBe(10);
    expect(pointsFor(single, { answer: 0 }, undefined)).toBe(0);
    expect(pointsFor(single, { answer: 0 }, false)).toBe(0);
  });

  it.each<[string, Answer | undefined, number, number]>([
    ['all right options', [0, 2, 3], 10, 10],
    ['all right options in another order', [3, 0, 2], 10, 10],
    ['a repeated right option', [0, 2, 3, 3], 10, 10],
    ['one right option missing', [0, 2], 0, 6.67],
    ['one right option', [3], 0, 3.33],
    ['one right option three times', [0, 0, 0], 0, 3.33],
    ['one wrong option more', [0, 1, 2, 3], 0, 6.67],
    ['one right and one wrong option', [0, 1], 0, 0],
    ['more wrong than right options', [0, 1, 4], 0, 0],
    ['every option', [0, 1, 2, 3, 4], 0, 3.33],
    ['one index beyond the options more', [0, 2, 3, 9], 0, 6.67],
    ['an empty list', [], 0, 0],
    ['no answer', undefined, 0, 0],
    ['a single number', 0, 0, 0],
  ])(
    'a multiple-choice question with %s (%j) earns %d points, or %d with partial credit',
    (_, answer, pointsWithoutPartial, pointsWithPartial) => {
      expect(pointsFor(multiple, { answer: [0, 2, 3] }, answer)).toBe(pointsWithoutPartial);
      expect(pointsFor({ ...multiple, partial: false }, { answer: [0, 2, 3] }, answer)).toBe(pointsWithoutPartial);
      expect(pointsFor({ ...multiple, partial: true }, { answer: [0, 2, 3] }, answer)).toBe(pointsWithPartial);
    },
  );

  it.each<[boolean, Answer | undefined, number]>([
    [true, true, 10],
    [false, false, 10],
    [false, true, 0],
    [false, undefined, 0],
    [true, 'true', 0],
    [false, 0, 0],
  ])('a true-or-false question with the key %j, answered with %j, earns %d of 10 points', (key, answer, points) => {
    expect(pointsFor(trueFalse, { answer: key }, answer)).toBe(points);
  });
});

describe('short-answer questions', () => {
  it.each<[string, string, Answer, number]>([
    ['the same text', 'Monet', 'Monet', 10],
    ['another case', 'Monet', 'mONET', 10],
    ['another case in the key', 'MONET', 'monet', 10],
    ['spaces around the text', 'Monet', ' \t Monet\n', 10],
    ['more spaces between words', 'Claude Monet', 'Claude \u00a0 Monet', 10],
    ['no space between words', 'Claude Monet', 'ClaudeMonet', 0],
    ['a final full stop', 'Monet', 'Monet.', 10],
    ['a full stop after a space', 'Monet', 'Monet . ', 10],
    ['a full stop in the key', 'J. M. W.', 'j. m. w', 10],
    ['a missing full stop within the text', 'St. Ives', 'St Ives', 0],
    ['decomposed characters', 'C\u00e9zanne', 'Ce\u0301zanne', 10],
    ['full-width characters', 'Monet', 'Ｍｏｎｅｔ', 10],
    ['double s for sharp s', 'Weißer Reiter', 'WEISSER REITER', 10],
    ['capital sharp s', 'Weißer Reiter', 'WEIẞER REITER', 10],
    ['capitals for both small sigmas', 'Θεοτοκόπουλος', 'ΘΕΟΤΟΚΌΠΟΥΛΟΣ', 10],
    ['a missing accent', 'Cézanne', 'Cezanne', 0],
    ['another word', 'Monet', 'Manet', 0],
    ['an empty text', 'Monet', '', 0],
    ['only a full stop, as in the key', '.', ' . ', 0],
    ['a number', '1', 1, 0],
  ])('a short answer with %s: for the key %j, the answer %j earns %d of 10 points', (_, accepted, answer, points) => {
    expect(pointsFor(shortAnswer, { accepted: ['something else', accepted] }, answer)).toBe(points);
  });
});

describe('numeric questions', () => {
  it.each<[string, number, number, Answer, number]>([
    ['the exact number', 12, 0, 12, 10],
    ['the number as text', 12, 0, ' 12 ', 10],
    ['a near number', 12, 0, 12.001, 0],
    ['a decimal point', 3.5, 0, '3.5', 10],
    ['a decimal comma', 3.5, 0, '3,5', 10],
    ['no digit before the comma', 0.5, 0, ',5', 10],
    ['no digit after the point', 3, 0, '3.', 10],
    ['a minus sign', -3, 0, '-3', 10],
    ['a plus sign', 3, 0, '+3', 10],
    ['an exponent', 0.001, 0, '1e-3', 10],
    ['the upper limit of the tolerance', 10, 2, 12, 10],
    ['the lower limit of the tolerance', 10, 2, 8, 10],
    ['a number above the tolerance', 10, 2, 12.01, 0],
    ['a number below the tolerance', 10, 2, '7,99', 0],
    ['a limit that is not exact in binary', 0.3, 0.1, 0.4, 10],
    ['a sum that is not exact in binary', 0.3, 0, 0.1 + 0.2, 10],
    ['another very small number', 1e-12, 0, 2e-12, 0],
    ['two decimal marks', 1234.5, 0, '1.234,5', 0],
    ['two commas', 1234567, 0, '1,234,567', 0],
    ['a unit', 12, 0, '12 cm', 0],
    ['a word', 0, 5, 'none', 0],
    ['an empty text', 0, 5, '', 0],
    ['only a comma', 0, 5, ',', 0],
    ['a hexadecimal number', 16, 0, '0x10', 0],
    ['NaN', 0, 5, NaN, 0],
    ['NaN as text', 0, 5, 'NaN', 0],
    ['Infinity', 1, 1e308, Infinity, 0],
    ['an exponent that is too large', 1, 1e308, '1e999', 0],
    ['Infinity as text', 1, 1e308, 'Infinity', 0],
    ['a boolean', 1, 0, true, 0],
  ])(
    'a numeric answer with %s: for the key %d ± %d, the answer %j earns %d of 10 points',
    (_, rightNumber, tolerance, answer, points) => {
      expect(pointsFor(numeric, { answer: rightNumber, tolerance }, answer)).toBe(points);
    },
  );
});

describe('a quiz', () => {
  const painter = { ...single, id: 'painter', points: 3 };
  const colours = { ...multiple, id: 'colours', points: 4, partial: true };
  const town = { ...shortAnswer, id: 'town', points: 1 };
  const key: object = { painter: { answer: 0 }, colours: { answer: [0, 1] }, town: { accepted: ['Siena'] } };

  it('a quiz adds up the points of its questions and scales them to the maximum score', () => {
    expect(gradeQuiz(quiz(painter, colours, town), key, { painter: 0, colours: [1], town: 'Lucca' }, 50)).toEqual({
      score: 31.25,
      points: 5,
      maxPoints: 8,
      questionGrades: [
        { id: 'painter', points: 3, maxPoints: 3, correct: true },
        { id: 'colours', points: 2, maxPoints: 4, correct: 'partial' },
        { id: 'town', points: 0, maxPoints: 1, correct: false },
      ],
      needsManualGrading: false,
    });
  });

  it.each<[string, QuizAnswers, number]>([
    ['all answers right', { painter: 0, colours: [0, 1], town: 'siena' }, 100],
    ['no answers', {}, 0],
    ['answers to unknown questions', { toString: 1, other: 0 }, 0],
    ['one of three answers', { painter: 0 }, 37.5],
  ])('a quiz with %s (%j) has the score %d of 100', (_, answers, score) => {
    expect(gradeQuiz(quiz(painter, colours, town), key, answers, 100).score).toBe(score);
  });

  it('a quiz rounds the score to two decimals, halves up, and rounds points only after the sum', () => {
    const onePoint = { ...multiple, points: 1, partial: true };
    const thirds = quiz({ ...onePoint, id: 'x' }, { ...onePoint, id: 'y' }, { ...onePoint, id: 'z' });
    const threeRight = { answer: [0, 1, 2] };
    const keys = { x: threeRight, y: threeRight, z: threeRight };
    const result = gradeQuiz(thirds, keys, { x: [0], y: [1], z: [2] }, 100);
    expect(result).toMatchObject({ score: 33.33, points: 1, maxPoints: 3 });
    expect(result.questionGrades.map((question) => question.points)).toEqual([0.33, 0.33, 0.33]);

    const fortyPoints = quiz({ ...trueFalse, id: 'x', points: 23 }, { ...trueFalse, id: 'y', points: 17 });
    // 23 / 40 is 0.575, whose binary value is a little smaller.
    expect(gradeQuiz(fortyPoints, { x: { answer: true }, y: { answer: true } }, { x: true }, 1).score).toBe(0.58);
  });

  it('an exercise without questions needs manual grading', () => {
    expect(gradeQuiz(contentOf({ prompt: 'Draw your hand.' }), {}, {}, 100)).toEqual({
      score: 0,
      points: 0,
      maxPoints: 0,
      questionGrades: [],
      needsManualGrading: true,
    });
  });

  it.each<[string, object]>([
    ['no key', {}],
    ['a key of another kind', { q: { answer: true } }],
  ])('a quiz needs manual grading if a question has %s', (_, keys) => {
    const result = gradeQuiz(
      quiz({ ...single, id: 'q' }, painter),
      { ...keys, painter: { answer: 0 } },
      { q: 0, painter: 0 },
      100,
    );
    expect(result).toMatchObject({ score: 23.08, points: 3, maxPoints: 13, needsManualGrading: true });
  });

  it('a question id that equals a member of every object, like toString, finds no key and no answer', () => {
    const toStringQuiz = quiz({ ...trueFalse, id: 'toString' });
    expect(gradeQuiz(toStringQuiz, {}, {}, 100)).toMatchObject({ points: 0, needsManualGrading: true });
    expect(gradeQuiz(toStringQuiz, { toString: { answer: true } }, {}, 100)).toMatchObject({
      points: 0,
      needsManualGrading: false,
    });
  });
});

describe('checkAnswers', () => {
  const content = quiz(
    { ...single, id: 's' },
    { ...multiple, id: 'm' },
    { ...trueFalse, id: 't' },
    { ...shortAnswer, id: 'w' },
    { ...numeric, id: 'n' },
  );

  it.each<[string, QuizAnswers, string[]]>([
    ['answers of the right kinds', { s: 4, m: [0, 4], t: false, w: '', n: '3,' }, []],
    ['a number for a numeric question', { n: -1.5 }, []],
    ['missing answers', { s: 0 }, []],
    ['no answers', {}, []],
    ['an answer to an unknown question', { s: 0, x: 1 }, ['/body/answers/x']],
    ['an answer to a member of every object', { toString: 1 }, ['/body/answers/toString']],
    ['options that do not exist', { s: 5, m: [0, 5] }, ['/body/answers/s', '/body/answers/m']],
    ['a fraction as an option', { s: 0.5 }, ['/body/answers/s']],
    [
      'answers of other kinds',
      { s: [0], m: 0, t: 'yes', w: 1, n: true },
      ['s', 'm', 't', 'w', 'n'].map((id) => `/body/answers/${id}`),
    ],
  ])('checkAnswers, given %s (%j), reports errors at %j', (_, answers, pointers) => {
    expect(checkAnswers(content, answers).map((problem) => problem.pointer)).toEqual(pointers);
  });

  it('checkAnswers says what is wrong with each answer', () => {
    expect(checkAnswers(content, { x: 1, s: 5, t: 'yes' }).map((problem) => problem.message)).toEqual([
      'No question has this id',
      'Must be the id of an option',
      'Must be the answer to a true_false question',
    ]);
  });

  it('checkAnswers reports an answer to an exercise that has no questions', () => {
    expect(checkAnswers(contentOf({ prompt: 'Draw.' }), { s: 0 })).toHaveLength(1);
  });
});
