import { areResultsRevealed, type RevealConditions } from './result-visibility';

const now = new Date('2026-03-04T12:00:00.000Z');
const before = new Date('2026-03-04T11:00:00.000Z');
const after = new Date('2026-03-04T13:00:00.000Z');
const firstOfThreeAttempts: RevealConditions = {
  revealResults: 'after_pass',
  closesAt: null,
  passedAt: null,
  attemptsUsed: 1,
  attemptsAllowed: 3,
  hasOpenAttempt: false,
  areGradesHeld: false,
};

it.each<[string, Partial<RevealConditions>, boolean]>([
  ['hides the results from a student who has not passed', {}, false],
  ['hides the results from a student who used all attempts without a pass', { attemptsUsed: 3 }, false],
  ['shows the results to a student who has passed', { passedAt: before }, true],
  ['hides the results while another attempt is open', { passedAt: before, hasOpenAttempt: true }, false],
  ['shows the results after the exercise has closed', { closesAt: before }, true],
  ['hides held grades, also after the exercise has closed', { closesAt: before, areGradesHeld: true }, false],
  ['hides the results until the exercise closes', { closesAt: after }, false],
  ['hides the results at the instant of closing, which is still in time', { closesAt: now }, false],
])('the policy after_pass %s', (_, conditions, isRevealed) =>
  expect(areResultsRevealed({ ...firstOfThreeAttempts, ...conditions }, now)).toBe(isRevealed),
);

it.each<[string, Partial<RevealConditions>, boolean]>([
  ['hides the results from a student with an attempt left', { attemptsUsed: 2 }, false],
  ['shows the results to a student with no attempt left', { attemptsUsed: 3 }, true],
  ['shows the results to a student who used more attempts than are allowed now', { attemptsUsed: 4 }, true],
  ['hides the results while the last attempt is open', { attemptsUsed: 3, hasOpenAttempt: true }, false],
  ['shows the results to a student who has passed', { passedAt: before }, true],
])('the policy after_last_attempt %s', (_, conditions, isRevealed) =>
  expect(areResultsRevealed({ ...firstOfThreeAttempts, revealResults: 'after_last_attempt', ...conditions }, now)).toBe(
    isRevealed,
  ),
);

it.each<[string, Partial<RevealConditions>, boolean]>([
  ['hides the results from a student who passed and used all attempts', { passedAt: before, attemptsUsed: 3 }, false],
  ['hides the results if the exercise never closes', { passedAt: before, closesAt: null }, false],
  ['shows the results after the exercise has closed', { closesAt: before }, true],
])('the policy after_closing %s', (_, conditions, isRevealed) =>
  expect(areResultsRevealed({ ...firstOfThreeAttempts, revealResults: 'after_closing', ...conditions }, now)).toBe(
    isRevealed,
  ),
);
