import { areResultsRevealed, type RevealConditions } from './result-visibility';

const now = new Date('2026-03-04T12:00:00.000Z');
const before = new Date('2026-03-04T11:00:00.000Z');
const after = new Date('2026-03-04T13:00:00.000Z');
const open: RevealConditions = {
  ...{ revealResults: 'after_pass', closesAt: null, passedAt: null },
  ...{ attemptsUsed: 1, attemptsAllowed: 3, hasOpenAttempt: false },
};

it.each<[string, Partial<RevealConditions>, boolean]>([
  ['nobody who has not passed', {}, false],
  ['nobody whose attempts are used up without a pass', { attemptsUsed: 3 }, false],
  ['who has passed', { passedAt: before }, true],
  ['nobody who has begun another attempt', { passedAt: before, hasOpenAttempt: true }, false],
  ['everybody once the exercise is closed', { closesAt: before }, true],
  ['nobody while it is open', { closesAt: after }, false],
  ['nobody in the instant it closes, which is still in time', { closesAt: now }, false],
])('after a pass: tells %s', (_, more, told) => expect(areResultsRevealed({ ...open, ...more }, now)).toBe(told));

it.each<[string, Partial<RevealConditions>, boolean]>([
  ['nobody who has an attempt left', { attemptsUsed: 2 }, false],
  ['who has none left', { attemptsUsed: 3 }, true],
  ['who has used more than there are by now', { attemptsUsed: 4 }, true],
  ['nobody who has the last one in their hands', { attemptsUsed: 3, hasOpenAttempt: true }, false],
  ['who has passed', { passedAt: before }, true],
])('after the last attempt: tells %s', (_, more, told) =>
  expect(areResultsRevealed({ ...open, revealResults: 'after_last_attempt', ...more }, now)).toBe(told),
);

it.each<[string, Partial<RevealConditions>, boolean]>([
  ['nobody, passed or at the end of their attempts', { passedAt: before, attemptsUsed: 3 }, false],
  ['nobody where it never closes', { passedAt: before, closesAt: null }, false],
  ['everybody once it is closed', { closesAt: before }, true],
])('after closing: tells %s', (_, more, told) =>
  expect(areResultsRevealed({ ...open, revealResults: 'after_closing', ...more }, now)).toBe(told),
);
