import { randomUUID } from 'node:crypto';
import type { Path } from './load';
import type { Learner } from './people';

const readers = 200;
/** Students who complete lessons at the same time; each goes on until nothing is left. */
const together = 64;

export function hotPaths(learners: readonly Learner[], courses: number): Path[] {
  let turn = 0;
  const someone = (): Learner => learners[turn++ % Math.min(readers, learners.length)]!;
  const read = (name: string, path: () => string, isPublic = false): Path => ({
    ...{ name, isRead: true, expects: 200 },
    next: () => ({ method: 'GET', path: `/api/v1${path()}`, token: isPublic ? null : someone().token }),
  });
  return [
    read('catalogue page', () => '/courses', true),
    read('course with lessons', () => `/courses/${1 + (turn % courses)}`),
    read('my progress and achievements', () => '/me/progress'),
    read('my transactions', () => '/me/coins/transactions'),
    read('unread notifications', () => '/me/notifications?unread=true'),
    read('unread count', () => '/me/notifications/unread-count'),
    completion(learners),
    transfer(learners),
  ];
}

function completion(learners: readonly Learner[]): Path {
  const left = pairs(learners);
  return {
    ...{ name: 'lesson completion with reward', isRead: false, expects: 200 },
    next: () => {
      const { value } = left.next();
      if (!value) throw new Error('All lessons are completed: seed more users');
      const [{ token }, lessonId] = value;
      return { method: 'PUT', path: `/api/v1/lessons/${lessonId}/completion`, token, body: { timeSpentMinutes: 30 } };
    },
  };
}

/** Each (student, lesson) once, and never the same student twice in a row. */
function* pairs(learners: readonly Learner[]): Generator<[Learner, number], undefined> {
  for (let from = 0; from < learners.length; from += together) {
    const group = learners.slice(from, from + together);
    const most = Math.max(...group.map(({ open }) => open.length));
    for (let at = 0; at < most; at++)
      for (const learner of group) {
        const lessonId = learner.open[at];
        if (lessonId !== undefined) yield [learner, lessonId];
      }
  }
  return undefined;
}

function transfer(learners: readonly Learner[]): Path {
  let turn = 0;
  return {
    ...{ name: 'transfer with idempotency key', isRead: false, expects: 201 },
    next: () => {
      const sender = learners[turn % learners.length]!;
      const recipient = learners[(turn * 7 + 3) % learners.length]!;
      turn++;
      const other = recipient === sender ? learners[turn % learners.length]! : recipient;
      const body = { recipientId: other.id, amount: 1, message: 'Thank you for the brushes' };
      const headers = { 'idempotency-key': randomUUID() };
      return { method: 'POST', path: '/api/v1/coins/transfers', token: sender.token, body, headers };
    },
  };
}
