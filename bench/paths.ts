import { randomUUID } from 'node:crypto';
import type { Path } from './load';
import type { Learner } from './people';

/** The number of students whose requests alternate on the paths that only read. */
const maxReaders = 200;
/** The number of students who complete lessons at the same time, until they have completed all their lessons. */
const groupSize = 64;

/** The paths that are requested most often: six that read and two that write. */
export function hotPaths(learners: readonly Learner[], courseCount: number): Path[] {
  let requestCount = 0;
  const nextLearner = (): Learner => {
    const index = requestCount % Math.min(maxReaders, learners.length);
    requestCount++;
    return learners[index]!;
  };
  const createRead = (name: string, path: () => string, isPublic = false): Path => ({
    name,
    isRead: true,
    expectedStatus: 200,
    next: () => ({ method: 'GET', path: `/api/v1${path()}`, token: isPublic ? null : nextLearner().token }),
  });
  return [
    createRead('catalogue page', () => '/courses', true),
    createRead('course with lessons', () => `/courses/${1 + (requestCount % courseCount)}`),
    createRead('my progress and achievements', () => '/me/progress'),
    createRead('my transactions', () => '/me/coins/transactions'),
    createRead('unread notifications', () => '/me/notifications?isRead=false'),
    createRead('unread count', () => '/me/notifications/unread-count'),
    createCompletion(learners),
    createTransfer(learners),
  ];
}

function createCompletion(learners: readonly Learner[]): Path {
  const openLessons = listOpenLessons(learners);
  return {
    name: 'lesson completion with reward',
    isRead: false,
    expectedStatus: 200,
    next: () => {
      const { value: openLesson } = openLessons.next();
      if (!openLesson) throw new Error('All lessons are completed. Run with more --users');
      const [{ token }, lessonId] = openLesson;
      return { method: 'PUT', path: `/api/v1/lessons/${lessonId}/completion`, token, body: { timeSpentMinutes: 30 } };
    },
  };
}

/** Yields each open lesson of each student once, and never the same student twice in a row. */
function* listOpenLessons(learners: readonly Learner[]): Generator<[Learner, number], undefined> {
  for (let from = 0; from < learners.length; from += groupSize) {
    const group = learners.slice(from, from + groupSize);
    const maxLessons = Math.max(...group.map(({ openLessonIds }) => openLessonIds.length));
    for (let index = 0; index < maxLessons; index++) {
      for (const learner of group) {
        const lessonId = learner.openLessonIds[index];
        if (lessonId !== undefined) yield [learner, lessonId];
      }
    }
  }
  return undefined;
}

function createTransfer(learners: readonly Learner[]): Path {
  let requestCount = 0;
  return {
    name: 'transfer with idempotency key',
    isRead: false,
    expectedStatus: 201,
    next: () => {
      const sender = learners[requestCount % learners.length]!;
      // Any fixed rule works that gives each sender many different recipients.
      const candidate = learners[(requestCount * 7 + 3) % learners.length]!;
      requestCount++;
      const recipient = candidate === sender ? learners[requestCount % learners.length]! : candidate;
      const body = { recipientId: recipient.id, amount: 1, message: 'Thank you for the brushes' };
      const headers = { 'idempotency-key': randomUUID() };
      return { method: 'POST', path: '/api/v1/coins/transfers', token: sender.token, body, headers };
    },
  };
}
