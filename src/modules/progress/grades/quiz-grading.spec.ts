import { ExerciseContent, type AnswerKey, type QuizAnswers } from '../../courses/exercise/quiz';
import { checkAnswers, gradeQuiz } from './quiz-grading';

const asked = { id: 'q', text: 'What do you see?', points: 10 };
const options = ['a', 'b', 'c', 'd', 'e'];
const single = { ...asked, kind: 'single', options };
const multiple = { ...asked, kind: 'multiple', options };
const trueFalse = { ...asked, kind: 'true_false' };
const shortAnswer = { ...asked, kind: 'short_answer' };
const numeric = { ...asked, kind: 'numeric' };

type Answer = QuizAnswers[string];
const quiz = (...questions: object[]) => ExerciseContent.parse({ prompt: 'Look.', questions });

/** The points, of 10, for one question. */
function pointsFor(question: object, key: AnswerKey[string], answer: Answer | undefined): number {
  return gradeQuiz(quiz(question), { q: key }, answer === undefined ? {} : { q: answer }, 100).points;
}

describe('choices', () => {
  it.each<[string, Answer | undefined, number]>([
    ['the right one', 2, 10],
    ['another', 1, 0],
    ['none', undefined, 0],
    ['a list', [2], 0],
    ['its number as text', '2', 0],
  ])('single: %s', (_, answer, points) => {
    expect(pointsFor(single, { answer: 2 }, answer)).toBe(points);
  });

  it('single: the first option is no missing answer', () => {
    expect(pointsFor(single, { answer: 0 }, 0)).toBe(10);
    expect(pointsFor(single, { answer: 0 }, undefined)).toBe(0);
    expect(pointsFor(single, { answer: 0 }, false)).toBe(0);
  });

  it.each<[string, Answer | undefined, number, number]>([
    ['all the right ones', [0, 2, 3], 10, 10],
    ['in any order', [3, 0, 2], 10, 10],
    ['one named twice', [0, 2, 3, 3], 10, 10],
    ['one missing', [0, 2], 0, 6.67],
    ['one right', [3], 0, 3.33],
    ['one named three times', [0, 0, 0], 0, 3.33],
    ['one too many', [0, 1, 2, 3], 0, 6.67],
    ['right and wrong', [0, 1], 0, 0],
    ['more wrong than right', [0, 1, 4], 0, 0],
    ['everything', [0, 1, 2, 3, 4], 0, 3.33],
    ['one beyond the options', [0, 2, 3, 9], 0, 6.67],
    ['nothing chosen', [], 0, 0],
    ['no answer', undefined, 0, 0],
    ['a single number', 0, 0, 0],
  ])('multiple: %s', (_, answer, exact, partial) => {
    expect(pointsFor(multiple, { answer: [0, 2, 3] }, answer)).toBe(exact);
    expect(pointsFor({ ...multiple, partial: false }, { answer: [0, 2, 3] }, answer)).toBe(exact);
    expect(pointsFor({ ...multiple, partial: true }, { answer: [0, 2, 3] }, answer)).toBe(partial);
  });

  it.each<[boolean, Answer | undefined, number]>([
    [true, true, 10],
    [false, false, 10],
    [false, true, 0],
    [false, undefined, 0],
    [true, 'true', 0],
    [false, 0, 0],
  ])('true or false: %j answered with %j', (key, answer, points) => {
    expect(pointsFor(trueFalse, { answer: key }, answer)).toBe(points);
  });
});

describe('a short answer', () => {
  it.each<[string, string, Answer, number]>([
    ['the same', 'Monet', 'Monet', 10],
    ['case', 'Monet', 'mONET', 10],
    ['case in the key', 'MONET', 'monet', 10],
    ['spaces around', 'Monet', ' \t Monet\n', 10],
    ['spaces within', 'Claude Monet', 'Claude \u00a0 Monet', 10],
    ['no space is not a space', 'Claude Monet', 'ClaudeMonet', 0],
    ['a final full stop', 'Monet', 'Monet.', 10],
    ['a full stop after a space', 'Monet', 'Monet . ', 10],
    ['a full stop in the key', 'J. M. W.', 'j. m. w', 10],
    ['a full stop within', 'St. Ives', 'St Ives', 0],
    ['composed and decomposed', 'C\u00e9zanne', 'Ce\u0301zanne', 10],
    ['full width', 'Monet', 'Ｍｏｎｅｔ', 10],
    ['sharp s', 'Weißer Reiter', 'WEISSER REITER', 10],
    ['capital sharp s', 'Weißer Reiter', 'WEIẞER REITER', 10],
    ['both sigmas', 'Θεοτοκόπουλος', 'ΘΕΟΤΟΚΌΠΟΥΛΟΣ', 10],
    ['an accent counts', 'Cézanne', 'Cezanne', 0],
    ['another word', 'Monet', 'Manet', 0],
    ['nothing', 'Monet', '', 0],
    ['nothing but a stop, even where the key says no more', '.', ' . ', 0],
    ['a number', '1', 1, 0],
  ])('%s: %j answered with %j', (_, accepted, answer, points) => {
    expect(pointsFor(shortAnswer, { accepted: ['something else', accepted] }, answer)).toBe(points);
  });
});

describe('a number', () => {
  it.each<[string, number, number, Answer, number]>([
    ['exact', 12, 0, 12, 10],
    ['as text', 12, 0, ' 12 ', 10],
    ['near', 12, 0, 12.001, 0],
    ['a point', 3.5, 0, '3.5', 10],
    ['a comma', 3.5, 0, '3,5', 10],
    ['no whole part', 0.5, 0, ',5', 10],
    ['an open end', 3, 0, '3.', 10],
    ['a sign', -3, 0, '-3', 10],
    ['a plus', 3, 0, '+3', 10],
    ['an exponent', 0.001, 0, '1e-3', 10],
    ['the edge of the tolerance', 10, 2, 12, 10],
    ['the other edge', 10, 2, 8, 10],
    ['past the edge', 10, 2, 12.01, 0],
    ['past the other edge', 10, 2, '7,99', 0],
    ['an edge that binary misses', 0.3, 0.1, 0.4, 10],
    ['a sum that binary misses', 0.3, 0, 0.1 + 0.2, 10],
    ['small numbers do not blur', 1e-12, 0, 2e-12, 0],
    ['two decimal marks', 1234.5, 0, '1.234,5', 0],
    ['two commas', 1234567, 0, '1,234,567', 0],
    ['a unit', 12, 0, '12 cm', 0],
    ['words', 0, 5, 'none', 0],
    ['nothing', 0, 5, '', 0],
    ['a mark alone', 0, 5, ',', 0],
    ['hexadecimal', 16, 0, '0x10', 0],
    ['not a number', 0, 5, NaN, 0],
    ['not a number as text', 0, 5, 'NaN', 0],
    ['infinity', 1, 1e308, Infinity, 0],
    ['infinity by exponent', 1, 1e308, '1e999', 0],
    ['infinity as text', 1, 1e308, 'Infinity', 0],
    ['a boolean', 1, 0, true, 0],
  ])('%s: %d ± %d answered with %j', (_, answer, tolerance, given, points) => {
    expect(pointsFor(numeric, { answer, tolerance }, given)).toBe(points);
  });
});

describe('a quiz', () => {
  const painter = { ...single, id: 'painter', points: 3 };
  const colours = { ...multiple, id: 'colours', points: 4, partial: true };
  const town = { ...shortAnswer, id: 'town', points: 1 };
  const key: AnswerKey = { painter: { answer: 0 }, colours: { answer: [0, 1] }, town: { accepted: ['Siena'] } };

  it('adds up its questions and scales them to the score', () => {
    expect(gradeQuiz(quiz(painter, colours, town), key, { painter: 0, colours: [1], town: 'Lucca' }, 50)).toEqual({
      score: 31.25,
      points: 5,
      maxPoints: 8,
      perQuestion: [
        { id: 'painter', points: 3, maxPoints: 3, correct: true },
        { id: 'colours', points: 2, maxPoints: 4, correct: 'partial' },
        { id: 'town', points: 0, maxPoints: 1, correct: false },
      ],
      needsManualGrading: false,
    });
  });

  it.each<[string, QuizAnswers, number]>([
    ['everything right', { painter: 0, colours: [0, 1], town: 'siena' }, 100],
    ['nothing answered', {}, 0],
    ['answers nobody asked for', { toString: 1, other: 0 }, 0],
    ['one of three', { painter: 0 }, 37.5],
  ])('%s', (_, answers, score) => {
    expect(gradeQuiz(quiz(painter, colours, town), key, answers, 100).score).toBe(score);
  });

  it('rounds the score to two decimals, halves up, and adds exact points', () => {
    const third = { ...multiple, points: 1, partial: true };
    const thirds = quiz({ ...third, id: 'x' }, { ...third, id: 'y' }, { ...third, id: 'z' });
    const one = { answer: [0, 1, 2] };
    const result = gradeQuiz(thirds, { x: one, y: one, z: one }, { x: [0], y: [1], z: [2] }, 100);
    expect(result).toMatchObject({ score: 33.33, points: 1, maxPoints: 3 });
    expect(result.perQuestion.map((question) => question.points)).toEqual([0.33, 0.33, 0.33]);

    const heavy = quiz({ ...trueFalse, id: 'x', points: 23 }, { ...trueFalse, id: 'y', points: 17 });
    // 23 / 40 of 1 is 0.575, which binary keeps a little below.
    expect(gradeQuiz(heavy, { x: { answer: true }, y: { answer: true } }, { x: true }, 1).score).toBe(0.58);
  });

  it('is graded by a person when there is nothing to compare', () => {
    expect(gradeQuiz(ExerciseContent.parse({ prompt: 'Draw your hand.' }), {}, {}, 100)).toEqual({
      score: 0,
      points: 0,
      maxPoints: 0,
      perQuestion: [],
      needsManualGrading: true,
    });
  });

  it.each<[string, AnswerKey]>([
    ['no key', {}],
    ['a key of another kind', { q: { answer: true } }],
  ])('is graded by a person where a question has %s', (_, keys) => {
    const result = gradeQuiz(
      quiz({ ...single, id: 'q' }, painter),
      { ...keys, painter: { answer: 0 } },
      { q: 0, painter: 0 },
      100,
    );
    expect(result).toMatchObject({ score: 23.08, points: 3, maxPoints: 13, needsManualGrading: true });
  });

  it('does not take what every object has for a key or an answer', () => {
    const odd = quiz({ ...trueFalse, id: 'toString' });
    expect(gradeQuiz(odd, {}, {}, 100)).toMatchObject({ points: 0, needsManualGrading: true });
    expect(gradeQuiz(odd, { toString: { answer: true } }, {}, 100)).toMatchObject({
      points: 0,
      needsManualGrading: false,
    });
  });
});

describe('answers to an exercise', () => {
  const content = quiz(
    { ...single, id: 's' },
    { ...multiple, id: 'm' },
    { ...trueFalse, id: 't' },
    { ...shortAnswer, id: 'w' },
    { ...numeric, id: 'n' },
  );

  it.each<[string, QuizAnswers, string[]]>([
    ['all of their kind', { s: 4, m: [0, 4], t: false, w: '', n: '3,' }, []],
    ['a number as number', { n: -1.5 }, []],
    ['some left out', { s: 0 }, []],
    ['none', {}, []],
    ['to no question', { s: 0, x: 1 }, ['/body/answers/x']],
    ['to a name every object has', { toString: 1 }, ['/body/answers/toString']],
    ['past the options', { s: 5, m: [0, 5] }, ['/body/answers/s', '/body/answers/m']],
    ['half an option', { s: 0.5 }, ['/body/answers/s']],
    [
      'of another kind',
      { s: [0], m: 0, t: 'yes', w: 1, n: true },
      ['s', 'm', 't', 'w', 'n'].map((id) => `/body/answers/${id}`),
    ],
  ])('%s', (_, answers, pointers) => {
    expect(checkAnswers(content, answers).map((problem) => problem.pointer)).toEqual(pointers);
  });

  it('say what is wrong', () => {
    expect(checkAnswers(content, { x: 1, s: 5, t: 'yes' }).map((problem) => problem.message)).toEqual([
      'No question has this id',
      'Must be the index of an option',
      'Must be the answer to a true_false question',
    ]);
  });

  it('have no place where work is handed in', () => {
    expect(checkAnswers(ExerciseContent.parse({ prompt: 'Draw.' }), { s: 0 })).toHaveLength(1);
  });
});
