import {
  CourseCompleted,
  LessonCompleted,
  StudentEnrolled,
  SubmissionGraded,
  SubmissionReceived,
} from '../../src/modules/progress';
import { AchievementUnlocked, CoinsEarned, CoinsTransferred } from '../../src/modules/rewards';
import { ChainHalted, DepositCredited, WithdrawalConfirmed, WithdrawalFailed } from '../../src/modules/chain';
import { PasswordChanged, SessionReuseDetected, TeacherApproved, TeacherRejected } from '../../src/modules/users';
import type { DomainEvent } from '../../src/platform/events/domain-event';
import { EventBus } from '../../src/platform/events/event-bus';
import { type Client, School } from '../support/school';
import { toldTo, unreadOf } from './notification-fixtures';

let school: School;
let student: Client;
let teacher: Client;
beforeAll(async () => (school = await School.open()));
afterAll(() => school.close());
beforeEach(async () => {
  student = await school.student();
  teacher = await school.teacher();
});

/** What a module publishes when it happened, delivered. */
async function happened(...events: DomainEvent[]): Promise<void> {
  await school.database.transaction(() => school.part(EventBus).publish(...events));
  await school.settle();
}

const course = () => ({
  studentId: student.id,
  teacherId: teacher.id,
  courseId: 7,
  courseTitle: 'Linocut',
  reward: 0,
  isOpen: true,
});
const graded = (version: number, more: Partial<SubmissionGraded['payload']> = {}) =>
  new SubmissionGraded({
    ...{ submissionId: 5, version, studentId: student.id, exerciseId: 3, exerciseTitle: 'Still life' },
    ...{ status: 'approved', score: 8.5, maxScore: 10, gradedById: teacher.id, ...more },
  });

describe('a teacher is told', () => {
  test('that they were approved, and why they were not', async () => {
    await happened(new TeacherRejected({ teacherId: teacher.id, decisionId: 1, reason: 'No portfolio.' }));
    await happened(new TeacherApproved({ teacherId: teacher.id, decisionId: 2 }));
    await happened(new TeacherRejected({ teacherId: teacher.id, decisionId: 3, reason: '' }));
    const refused = 'An administrator has decided that you cannot teach here for now.';
    expect(await toldTo(teacher)).toMatchObject([
      { type: 'teacher_rejected', title: 'You cannot teach for now', message: refused },
      { type: 'teacher_approved', priority: 'high', relatedObjectType: 'users.teacherapproval', relatedObjectId: 2 },
      { type: 'teacher_rejected', message: `${refused} The reason: No portfolio.` },
    ]);
  });

  test('who enrolled, once, also when they leave and come back', async () => {
    const enrolled = new StudentEnrolled(course());
    await happened(enrolled);
    await happened(enrolled);
    expect(await toldTo(teacher)).toMatchObject([
      {
        type: 'course_enrollment',
        message: `${student.username} has enrolled in “Linocut”.`,
        relatedObjectType: 'courses.course',
        relatedObjectId: 7,
      },
    ]);
    await happened(new StudentEnrolled({ ...course(), studentId: (await school.student()).id }));
    expect(await unreadOf(school, teacher.id)).toBe(2);
  });

  test('of work to grade', async () => {
    const work = { submissionId: 5, studentId: student.id, exerciseId: 3, exerciseTitle: 'Still life' };
    await happened(new SubmissionReceived({ ...work, teacherId: teacher.id }));
    expect(await toldTo(teacher)).toMatchObject([
      {
        type: 'submission_received',
        message: `${student.username} has handed in work for “Still life”.`,
        actionUrl: '/submissions/5',
      },
    ]);
  });

  test('nothing of what they do in their own course', async () => {
    await happened(new StudentEnrolled({ ...course(), studentId: teacher.id }));
    expect(await toldTo(teacher)).toEqual([]);
  });

  test('nothing of a student who was removed meanwhile', async () => {
    await happened(new StudentEnrolled({ ...course(), studentId: 999_999 }));
    expect(await toldTo(teacher)).toEqual([]);
    expect(await school.settle()).toBe(0);
  });
});

describe('a student is told', () => {
  test('of a lesson, quietly and once, also when it is undone and done again', async () => {
    const { courseTitle: _, ...rest } = course();
    const completed = new LessonCompleted({ ...rest, lessonId: 11, lessonTitle: 'Ink' });
    await happened(completed);
    await happened(completed);
    expect(await toldTo(student, 'lesson_completed')).toMatchObject([
      {
        priority: 'low',
        message: 'You have completed “Ink”.',
        relatedObjectType: 'courses.lesson',
        relatedObjectId: 11,
      },
    ]);
  });

  test('of a course', async () => {
    await happened(new CourseCompleted(course()));
    expect(await toldTo(student, 'course_completed')).toMatchObject([
      { message: 'You have completed “Linocut”.', actionUrl: '/courses/7' },
    ]);
  });

  test('of each grade, and what to do about it', async () => {
    await happened(graded(1, { status: 'needs_revision', score: null }));
    await happened(graded(2, { status: 'rejected', score: 2 }), graded(3));
    await happened(graded(3));
    expect(await toldTo(student)).toMatchObject([
      { type: 'exercise_graded', message: 'Your work for “Still life” was approved. You have 8.5 of 10 points.' },
      { type: 'exercise_graded', message: 'Your work for “Still life” was not accepted. You have 2 of 10 points.' },
      { type: 'resubmission_requested', priority: 'high', message: 'Your teacher asks you to revise “Still life”.' },
    ]);
    expect(await unreadOf(school, student.id)).toBe(3);
  });

  test('of coins earned', async () => {
    const earned = { transactionId: 77, userId: student.id, amount: 10, type: 'earned_lesson' as const };
    await happened(new CoinsEarned({ ...earned, description: 'Lesson completed: Ink' }));
    expect(await toldTo(student)).toMatchObject([
      {
        type: 'teocoin_earned',
        priority: 'low',
        message: 'You have earned 10 TeoCoins. Lesson completed: Ink',
        relatedObjectType: 'rewards.teocointransaction',
        relatedObjectId: 77,
      },
    ]);
  });

  test('of coins received, and the sender is not', async () => {
    const gift = { senderId: teacher.id, senderUsername: 'vera', recipientId: student.id, amount: 5 };
    await happened(new CoinsTransferred({ operationId: 'a', ...gift, message: 'Brava!' }));
    await happened(new CoinsTransferred({ operationId: 'b', ...gift, message: '' }));
    expect(await toldTo(student)).toMatchObject([
      { type: 'teocoin_transfer', message: 'vera has given you 5 TeoCoins.' },
      { type: 'teocoin_transfer', message: 'vera has given you 5 TeoCoins: “Brava!”' },
    ]);
    expect(await toldTo(teacher)).toEqual([]);
  });

  test('of an achievement', async () => {
    const unlocked = { achievementId: 4, userId: student.id, achievementType: 'night_owl', courseId: null };
    await happened(new AchievementUnlocked({ ...unlocked, title: 'Night owl' }));
    expect(await toldTo(student)).toMatchObject([
      { type: 'achievement_unlocked', message: 'You have unlocked “Night owl”.', relatedObjectId: 4 },
    ]);
  });
});

describe('whose coins moved on the chain is told, once', () => {
  const txHash = `0x${'ab'.repeat(32)}`;
  const address = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
  const withdrawal = () => ({ withdrawalId: 7, userId: student.id, amount: 250 });

  test('of a payment and of a credit', async () => {
    const paid = new WithdrawalConfirmed({ ...withdrawal(), address, txHash });
    const credited = new DepositCredited({ depositId: 4, userId: student.id, amount: 30, txHash });
    await happened(paid, credited);
    await happened(paid, credited);
    expect(await toldTo(student, 'withdrawal_confirmed')).toMatchObject([
      {
        priority: 'high',
        message: `Your withdrawal of 250 TeoCoins has arrived at ${address}.`,
        relatedObjectType: 'rewards.withdrawal',
        relatedObjectId: 7,
      },
    ]);
    expect(await toldTo(student, 'deposit_credited')).toMatchObject([
      {
        message: 'Your deposit of 30 TeoCoins was credited.',
        relatedObjectType: 'rewards.deposit',
        relatedObjectId: 4,
      },
    ]);
    expect(await unreadOf(school, student.id)).toBe(2);
  });

  test('urgently of a failure, and why', async () => {
    const failed = new WithdrawalFailed({ ...withdrawal(), reason: 'The transaction was reverted.' });
    await happened(failed);
    await happened(failed);
    expect(await toldTo(student)).toMatchObject([
      {
        type: 'withdrawal_failed',
        priority: 'urgent',
        message: 'Your withdrawal of 250 TeoCoins was not paid; you have them back. The transaction was reverted.',
      },
    ]);
  });
});

test('every active administrator, and nobody else, is told each time payments stand still', async () => {
  const [one, other, gone] = [await school.admin(), await school.admin(), await school.admin()];
  await school.database.transaction(() =>
    school.database.run('UPDATE users_user SET is_active = $2 WHERE id = $1', [gone.id, false]),
  );
  const halt = (haltedAt: string) =>
    new ChainHalted({ subject: 'hot wallet 0xf39F', reason: 'A transaction we do not know.', haltedAt });
  for (const haltedAt of ['2026-03-01T09:30:00.000Z', '2026-03-01T09:30:00.000Z', '2026-03-02T09:30:00.000Z'])
    await happened(halt(haltedAt));
  const alert = {
    ...{ type: 'security_alert', priority: 'urgent' },
    message: 'Payments stand still until you look: hot wallet 0xf39F. A transaction we do not know.',
  };
  for (const admin of [one, other]) expect(await toldTo(admin)).toMatchObject([alert, alert]);
  expect(await unreadOf(school, gone.id)).toBe(0);
  for (const person of [student, teacher]) expect(await toldTo(person)).toEqual([]);
});

describe('everybody is told', () => {
  test('urgently, each time their password changes', async () => {
    for (const hour of [8, 9])
      await school.clock.at(new Date(Date.UTC(2026, 0, 1, hour)), () =>
        happened(new PasswordChanged({ userId: student.id })),
      );
    const alert = { type: 'security_alert', priority: 'urgent', message: expect.stringContaining('password') };
    expect(await toldTo(student)).toMatchObject([alert, alert]);
  });

  test('urgently and once, when an old copy of a sign-in was used', async () => {
    const reused = new SessionReuseDetected({ userId: student.id, sessionId: 'a1b2' });
    await happened(reused, reused);
    expect(await toldTo(student)).toMatchObject([{ type: 'security_alert', priority: 'urgent' }]);
  });
});

describe('an event', () => {
  test('that is delivered twice tells nothing twice, and a delivery costs six statements', async () => {
    const event = new CoinsTransferred({
      ...{ operationId: 'c', senderId: teacher.id, senderUsername: 'vera', recipientId: student.id },
      ...{ amount: 5, message: '' },
    });
    await school.database.transaction(() => school.part(EventBus).publish(event));
    // The last look at an empty outbox is a transaction of three.
    expect((await school.statements(() => school.settle())).statements).toHaveLength(6 + 3);
    await happened(event);
    expect(await unreadOf(school, student.id)).toBe(1);
  });
});
