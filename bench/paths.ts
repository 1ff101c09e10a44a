import { randomUUID } from 'node:crypto';
import { Random } from '../demo/random';
import type { Path } from './load';
import { courseCount, type Learner, type Session } from './school';

/** The number of students who complete lessons at the same time, until they have completed all their lessons. */
const groupSize = 64;

/** What a server expects as the bearer token of a session. */
export type TokenOf = (session: Session) => string;

/**
 * The paths that are requested most often: six that read and two that write. Each server needs its own paths, because it changes
 * its own database. Two servers get the same requests.
 */
export function hotPaths(learners: readonly Learner[], tokenOf: TokenOf): Path[] {
  const createRead = (name: string, path: (random: Random) => string, isPublic = false): Path => {
    const random = new Random(7);
    const nextToken = (): string => tokenOf(random.pick(random.pick(learners).sessions));
    return {
      name,
      isRead: true,
      expectedStatus: 200,
      next: () => ({ method: 'GET', path: `/api/v1${path(random)}`, token: isPublic ? null : nextToken() }),
    };
  };
  return [
    createRead('catalogue page', () => '/courses', true),
    createRead('course with lessons', (random) => `/courses/${random.between(1, courseCount)}`),
    createRead('my progress and achievements', () => '/me/progress'),
    createRead('my transactions', () => '/me/coins/transactions'),
    createRead('unread notifications', () => '/me/notifications?isRead=false'),
    createRead('unread count', () => '/me/notifications/unread-count'),
    // Responses to transfers have balances, which completions change by different numbers on the servers.
    createTransfer(learners, tokenOf),
    createCompletion(learners, tokenOf),
  ];
}

function createCompletion(learners: readonly Learner[], tokenOf: TokenOf): Path {
  const openLessons = listOpenLessons(learners);
  let remaining = learners.reduce((sum, { openLessonIds }) => sum + openLessonIds.length, 0);
  return {
    name: 'lesson completion with reward',
    isRead: false,
    expectedStatus: 200,
    remaining: () => remaining,
    next: () => {
      const { value: openLesson } = openLessons.next();
      if (!openLesson) throw new Error('All lessons are completed');
      remaining--;
      const [{ sessions }, lessonId] = openLesson;
      const path = `/api/v1/lessons/${lessonId}/completion`;
      const token = tokenOf(sessions[remaining % sessions.length]!);
      return { method: 'PUT', path, token, body: { timeSpentMinutes: 30 } };
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

/** The pairs are drawn at random, so that nobody reaches the daily limit of transfers to the same person. */
function createTransfer(learners: readonly Learner[], tokenOf: TokenOf): Path {
  const random = new Random(11);
  return {
    name: 'transfer with idempotency key',
    isRead: false,
    expectedStatus: 201,
    next: () => {
      const sender = random.between(0, learners.length - 1);
      const recipient = (sender + random.between(1, learners.length - 1)) % learners.length;
      const body = { recipientId: learners[recipient]!.id, amount: 1, message: 'Thank you for the brushes' };
      const headers = { 'idempotency-key': randomUUID() };
      const token = tokenOf(random.pick(learners[sender]!.sessions));
      return { method: 'POST', path: '/api/v1/coins/transfers', token, body, headers };
    },
  };
}
