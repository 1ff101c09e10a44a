import { randomUUID } from 'node:crypto';
import type { Path } from './load';
import type { Learner } from './people';

const maxReaders = 200;
/** How many students complete lessons at the same time. Each goes on until no lesson is left. */
const groupSize = 64;

export function hotPaths(learners: readonly Learner[], courses: number): Path[] {
  let counter = 0;
  const nextLearner = (): Learner => learners[counter++ % Math.min(maxReaders, learners.length)]!;
  const read = (name: string, path: () => string, isPublic = false): Path => ({
    name,
    isRead: true,
    expectedStatus: 200,
    next: () => ({ method: 'GET', path: `/api/v1${path()}`, token: isPublic ? null : nextLearner().token }),
  });
  return [
    read('catalogue page', () => '/courses', true),
    read('course with lessons', () => `/courses/${1 + (counter % courses)}`),
    read('my progress and achievements', () => '/me/progress'),
    read('my transactions', () => '/me/coins/transactions'),
    read('unread notifications', () => '/me/notifications?unread=true'),
    read('unread count', () => '/me/notifications/unread-count'),
    completion(learners),
    transfer(learners),
  ];
}

function completion(learners: readonly Learner[]): Path {
  const remaining = openLessons(learners);
  return {
    name: 'lesson completion with reward',
    isRead: false,
    expectedStatus: 200,
    next: () => {
      const { value } = remaining.next();
      if (!value) throw new Error('All lessons are completed. Run with more --users');
      const [{ token }, lessonId] = value;
      return { method: 'PUT', path: `/api/v1/lessons/${lessonId}/completion`, token, body: { timeSpentMinutes: 30 } };
    },
  };
}

/** Yields each open lesson of each student once, and never the same student twice in a row. */
function* openLessons(learners: readonly Learner[]): Generator<[Learner, number], undefined> {
  for (let from = 0; from < learners.length; from += groupSize) {
    const group = learners.slice(from, from + groupSize);
    const maxLessons = Math.max(...group.map(({ openLessonIds }) => openLessonIds.length));
    for (let at = 0; at < maxLessons; at++)
      for (const learner of group) {
        const lessonId = learner.openLessonIds[at];
        if (lessonId !== undefined) yield [learner, lessonId];
      }
  }
  return undefined;
}

function transfer(learners: readonly Learner[]): Path {
  let counter = 0;
  return {
    name: 'transfer with idempotency key',
    isRead: false,
    expectedStatus: 201,
    next: () => {
      const sender = learners[counter % learners.length]!;
      const recipient = learners[(counter * 7 + 3) % learners.length]!;
      counter++;
      const other = recipient === sender ? learners[counter % learners.length]! : recipient;
      const body = { recipientId: other.id, amount: 1, message: 'Thank you for the brushes' };
      const headers = { 'idempotency-key': randomUUID() };
      return { method: 'POST', path: '/api/v1/coins/transfers', token: sender.token, body, headers };
    },
  };
}
