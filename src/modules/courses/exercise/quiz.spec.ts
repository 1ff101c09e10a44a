import { z } from 'zod';
import { assignOptionIds, toAnswerKey } from './option-ids';
import { checkQuiz as checkStoredQuiz } from './questions/quiz-checks';
import { NewExerciseContent as ExerciseContent, NewQuestionKeys as AnswerKey, QuizAnswers } from './quiz';

/** Checks a quiz in the form of a request. */
function checkQuiz(requested: ExerciseContent, keys: AnswerKey) {
  const content = assignOptionIds(requested);
  return checkStoredQuiz(content, toAnswerKey(keys, content));
}

const single = { id: 'q1', kind: 'single', text: 'Who painted it?', points: 2, options: ['Giotto', 'Duccio'] };
const multiple = { ...single, id: 'q2', kind: 'multiple', options: ['red', 'green', 'blue'] };
const trueFalse = { id: 'q3', kind: 'true_false', text: 'Fresco is wet.', points: 1 };
const shortAnswer = { id: 'q4', kind: 'short_answer', text: 'In which town?', points: 1 };
const numeric = { id: 'q5', kind: 'numeric', text: 'How wide?', points: 1, unit: 'cm' };
const everyKind = [single, multiple, trueFalse, shortAnswer, numeric];

/** The path of the first problem that the schema reports: '' for the whole value, 'ok' if there is none. */
function problemPath(schema: z.ZodType, value: unknown): string {
  const parsed = schema.safeParse(value);
  return parsed.success ? 'ok' : parsed.error.issues[0]!.path.join('.');
}

const optionsOf = (count: number) => Array.from({ length: count }, (_, index) => `option ${index}`);
const trueFalseQuestions = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ...trueFalse, id: `q${index}` }));
const answersTo = <T>(count: number, value: T) =>
  Object.fromEntries(optionsOf(count).map((_, index) => [`q${index}`, value]));

describe('exercise content', () => {
  const withQuestions = (...questions: object[]) => ({ questions });
  it.each<[string, object, string]>([
    ['every kind of question', withQuestions(...everyKind), 'ok'],
    ['a quiz with a prompt', { prompt: 'Look closely.', ...withQuestions(single) }, 'ok'],
    ['work to hand in', { prompt: 'Draw your hand.' }, 'ok'],
    ['partial points', withQuestions({ ...multiple, partial: true }), 'ok'],
    ['100 questions', withQuestions(...trueFalseQuestions(100)), 'ok'],
    ['101 questions', withQuestions(...trueFalseQuestions(101)), 'questions'],
    ['nothing at all', {}, ''],
    ['neither question nor prompt', { questions: [] }, ''],
    ['a blank prompt', { prompt: ' \n' }, 'prompt'],
    ['an unknown member', { prompt: 'Draw.', answers: {} }, ''],
    ['the answer inside a question', withQuestions({ ...single, answer: 0 }), 'questions.0'],
    ['partial points on a single choice', withQuestions({ ...single, partial: true }), 'questions.0'],
    ['options on a true or false question', withQuestions({ ...trueFalse, options: ['yes', 'no'] }), 'questions.0'],
    ['an unknown kind', withQuestions({ ...trueFalse, kind: 'guess' }), 'questions.0.kind'],
    ['one option', withQuestions({ ...single, options: ['only'] }), 'questions.0.options'],
    ['20 options', withQuestions({ ...single, options: optionsOf(20) }), 'ok'],
    ['21 options', withQuestions({ ...single, options: optionsOf(21) }), 'questions.0.options'],
    ['no points', withQuestions({ ...single, points: 0 }), 'questions.0.points'],
    ['half a point', withQuestions({ ...single, points: 0.5 }), 'questions.0.points'],
    ['1,001 points', withQuestions({ ...single, points: 1_001 }), 'questions.0.points'],
    ['an id with a slash', withQuestions({ ...single, id: 'a/b' }), 'questions.0.id'],
    ['an empty id', withQuestions({ ...single, id: '' }), 'questions.0.id'],
    ['an id of 41 characters', withQuestions({ ...single, id: 'x'.repeat(41) }), 'questions.0.id'],
    ['the id __proto__', withQuestions({ ...single, id: '__proto__' }), 'questions.0.id'],
    ['the id constructor', withQuestions({ ...single, id: 'constructor' }), 'questions.0.id'],
    ['the id constructor-1', withQuestions({ ...single, id: 'constructor-1' }), 'ok'],
    ['a NUL character', withQuestions({ ...single, text: 'a\0b' }), 'questions.0.text'],
    ['half a surrogate pair', withQuestions({ ...single, options: ['a', '\ud83c'] }), 'questions.0.options.1'],
    ['a whole surrogate pair', withQuestions({ ...single, options: ['a', '🎨'] }), 'ok'],
  ])('the schema of exercise content checks %s', (_, content, expectedPath) => {
    expect(problemPath(ExerciseContent, content)).toBe(expectedPath);
  });
});

describe('an answer key', () => {
  it.each<[string, object, string]>([
    [
      'keys of every kind',
      {
        a: { answer: 1 },
        b: { answer: [0, 2] },
        c: { answer: true },
        d: { accepted: ['Siena'] },
        e: { answer: 1.5, tolerance: 0.1 },
      },
      'ok',
    ],
    ['an empty key', {}, 'ok'],
    ['no right option', { a: { answer: [] } }, 'a.answer'],
    ['no accepted word', { a: { accepted: [] } }, 'a.accepted'],
    ['51 accepted words', { a: { accepted: optionsOf(51) } }, 'a'],
    ['a negative tolerance', { a: { answer: 1, tolerance: -1 } }, 'a'],
    ['an infinite number', { a: { answer: Infinity, tolerance: 0 } }, 'a'],
    ['an unknown member', { a: { answer: 1, hint: 'no' } }, 'a'],
    ['a bad id', { 'a b': { answer: 1 } }, 'a b'],
  ])('the schema of an answer key checks %s', (_, key, expectedPath) => {
    expect(problemPath(AnswerKey, key)).toBe(expectedPath);
  });
});

describe("a student's answers", () => {
  it.each<[string, object, string]>([
    ['answers of every kind', { a: 1, b: [0, 2], c: false, d: 'Siena', e: '3,5' }, 'ok'],
    ['a choice withdrawn', { b: [] }, 'ok'],
    ['100 answers', answersTo(100, 1), 'ok'],
    ['101 answers', answersTo(101, 1), ''],
    ['an essay', { d: 'x'.repeat(10_000) }, 'ok'],
    ['a text that is longer than an essay', { d: 'x'.repeat(10_001) }, 'd'],
    ['values by id', { d: { b1: 'gesso' } }, 'ok'],
    ['clicks', { d: [{ x: 0, y: 1 }] }, 'ok'],
    ['a click beside the picture', { d: [{ x: 1.1, y: 1 }] }, 'd.0.x'],
    ['a NUL character', { d: '\0' }, 'd'],
    ['21 choices', { b: Array(21).fill(0) }, 'b'],
    ['an index out of any range', { b: [20] }, 'b.0'],
    ['null', { d: null }, 'd'],
    ['an object', { d: { answer: 1 } }, 'd'],
    ['a bad id', { 'a/b': 1 }, 'a/b'],
  ])('the schema of student answers checks %s', (_, answers, expectedPath) => {
    expect(problemPath(QuizAnswers, answers)).toBe(expectedPath);
  });
});

describe('a quiz and its key', () => {
  const key = {
    q1: { answer: 1 },
    q2: { answer: [0, 2] },
    q3: { answer: true },
    q4: { accepted: ['Siena'] },
    q5: { answer: 12, tolerance: 1 },
  };
  const { q1: _q1, ...keyWithoutFirst } = key;

  it.each<[string, object[], object, string[]]>([
    ['no problem when every question has its key', everyKind, key, []],
    ['a missing key', everyKind, keyWithoutFirst, ['/body/answerKey/q1']],
    ['a key without a question', [single], { q1: { answer: 0 }, q9: { answer: 0 } }, ['/body/answerKey/q9']],
    ['a key of another kind', [single], { q1: { answer: true } }, ['/body/answerKey/q1/answer']],
    ['a number without tolerance', [numeric], { q5: { answer: 12 } }, ['/body/answerKey/q5/tolerance']],
    ['an index past the options', [single], { q1: { answer: 2 } }, ['/body/answerKey/q1/answer']],
    ['one of several indexes past the options', [multiple], { q2: { answer: [0, 3] } }, ['/body/answerKey/q2/answer']],
    ['an option named twice', [multiple], { q2: { answer: [1, 1] } }, ['/body/answerKey/q2/answer']],
    ['an id used twice', [trueFalse, trueFalse], { q3: { answer: true } }, ['/body/content/questions/1/id']],
    [
      'an option given twice',
      [{ ...single, options: ['a', 'b', 'a'] }],
      { q1: { answer: 0 } },
      ['/body/content/questions/0/options/2'],
    ],
    ['a key of an exercise without questions', [], { q1: { answer: 0 } }, ['/body/answerKey/q1']],
  ])('checkQuiz reports %s', (_, questions, keys, pointers) => {
    const content = ExerciseContent.parse({ prompt: 'Look.', questions });
    expect(checkQuiz(content, AnswerKey.parse(keys)).map((problem) => problem.pointer)).toEqual(pointers);
  });

  it('checkQuiz reports every problem of a quiz at once', () => {
    const content = ExerciseContent.parse({ questions: [single, trueFalse, { ...trueFalse, id: 'toString' }] });
    expect(checkQuiz(content, { q1: { answer: 7 } })).toEqual([
      { pointer: '/body/answerKey/q1/answer', message: 'Must be the id or the index of an option', rule: 'answer_key' },
      {
        pointer: '/body/answerKey/q3',
        message: 'Must be given, because the quiz has a question with this id',
        rule: 'answer_key',
      },
      {
        pointer: '/body/answerKey/toString',
        message: 'Must be given, because the quiz has a question with this id',
        rule: 'answer_key',
      },
    ]);
  });
});
