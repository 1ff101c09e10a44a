import {
  CourseCompleted,
  LessonCompleted,
  StudentEnrolled,
  SubmissionGraded,
  SubmissionReceived,
} from '../../src/modules/progress';
import { AchievementUnlocked, BalanceCorrected, CoinsEarned, CoinsTransferred } from '../../src/modules/rewards';
import { ChainHalted, DepositCredited, WithdrawalConfirmed, WithdrawalFailed } from '../../src/modules/chain';
import { PasswordChanged, SessionReuseDetected, TeacherApproved, TeacherRejected } from '../../src/modules/users';
import type { DomainEvent } from '../../src/platform/events/domain-event';
import { EventBus } from '../../src/platform/events/event-bus';
import { type Client, School } from '../support/school';
import { notificationsOf, unreadCountOf } from './notification-fixtures';

let school: School;
let student: Client;
let teacher: Client;
beforeAll(async () => (school = await School.open()));
afterAll(() => school.close());
beforeEach(async () => {
  student = await school.student();
  teacher = await school.teacher();
});

/** Publishes the events in a transaction, as a module does, and waits for their delivery. */
async function publishAndDeliver(...events: DomainEvent[]): Promise<void> {
  await school.database.transaction(() => school.part(EventBus).publish(...events));
  await school.settle();
}

const coursePayload = () => ({
  studentId: student.id,
  teacherId: teacher.id,
  courseId: 7,
  courseTitle: 'Linocut',
  reward: 0,
  isOpen: true,
});
const submissionGraded = (version: number, more: Partial<SubmissionGraded['payload']> = {}) =>
  new SubmissionGraded({
    ...{ submissionId: 5, version, studentId: student.id, exerciseId: 3, exerciseTitle: 'Still life' },
    ...{ status: 'approved', score: 8.5, maxScore: 10, gradedById: teacher.id, ...more },
  });

describe('notifications of teachers', () => {
  test('a teacher is notified of an approval, and of a rejection with its reason', async () => {
    await publishAndDeliver(new TeacherRejected({ teacherId: teacher.id, decisionId: 1, reason: 'No portfolio.' }));
    await publishAndDeliver(new TeacherApproved({ teacherId: teacher.id, decisionId: 2 }));
    await publishAndDeliver(new TeacherRejected({ teacherId: teacher.id, decisionId: 3, reason: '' }));
    const refused = 'An administrator has decided that you cannot teach here for now.';
    expect(await notificationsOf(teacher)).toMatchObject([
      { type: 'teacher_rejected', title: 'You cannot teach for now', message: refused },
      { type: 'teacher_approved', priority: 'high', relatedObjectType: 'users.teacherapproval', relatedObjectId: 2 },
      { type: 'teacher_rejected', message: `${refused} Reason: No portfolio.` },
    ]);
  });

  test('a teacher is notified once of each student who enrols, even if the student leaves and returns', async () => {
    const enrolled = new StudentEnrolled(coursePayload());
    await publishAndDeliver(enrolled);
    await publishAndDeliver(enrolled);
    expect(await notificationsOf(teacher)).toMatchObject([
      {
        type: 'course_enrollment',
        message: `${student.username} has enrolled in “Linocut”.`,
        relatedObjectType: 'courses.course',
        relatedObjectId: 7,
      },
    ]);
    await publishAndDeliver(new StudentEnrolled({ ...coursePayload(), studentId: (await school.student()).id }));
    expect(await unreadCountOf(school, teacher.id)).toBe(2);
  });

  test('a teacher is notified of submitted work', async () => {
    const work = { submissionId: 5, studentId: student.id, exerciseId: 3, exerciseTitle: 'Still life' };
    await publishAndDeliver(new SubmissionReceived({ ...work, teacherId: teacher.id }));
    expect(await notificationsOf(teacher)).toMatchObject([
      {
        type: 'submission_received',
        message: `${student.username} has handed in work for “Still life”.`,
        actionUrl: '/submissions/5',
      },
    ]);
  });

  test('a teacher is not notified when they enrol in their own course', async () => {
    await publishAndDeliver(new StudentEnrolled({ ...coursePayload(), studentId: teacher.id }));
    expect(await notificationsOf(teacher)).toEqual([]);
  });

  test('a teacher is not notified of a student who has been removed', async () => {
    await publishAndDeliver(new StudentEnrolled({ ...coursePayload(), studentId: 999_999 }));
    expect(await notificationsOf(teacher)).toEqual([]);
    expect(await school.settle()).toBe(0);
  });
});

describe('notifications of students', () => {
  test('a student is not notified of a lesson that they completed', async () => {
    const { courseTitle: _, ...lessonPayload } = coursePayload();
    await publishAndDeliver(new LessonCompleted({ ...lessonPayload, lessonId: 11, lessonTitle: 'Ink' }));
    expect(await notificationsOf(student)).toEqual([]);
  });

  test('a student is notified of a course that a change of its teacher completed, and not of one they completed', async () => {
    await publishAndDeliver(new CourseCompleted({ ...coursePayload(), courseId: 8, isOwnAct: true }));
    expect(await notificationsOf(student)).toEqual([]);
    await publishAndDeliver(new CourseCompleted({ ...coursePayload(), isOwnAct: false }));
    expect(await notificationsOf(student, 'course_completed')).toMatchObject([
      { message: 'You have completed “Linocut”.', actionUrl: '/courses/7' },
    ]);
  });

  test('an event of an older version, without isOwnAct, still notifies', async () => {
    await publishAndDeliver(new CourseCompleted(coursePayload()));
    expect(await notificationsOf(student, 'course_completed')).toHaveLength(1);
  });

  test('a student is notified of each grade and of a request for a revision', async () => {
    await publishAndDeliver(submissionGraded(1, { status: 'needs_revision', score: null }));
    await publishAndDeliver(submissionGraded(2, { status: 'rejected', score: 2 }), submissionGraded(3));
    await publishAndDeliver(submissionGraded(3));
    expect(await notificationsOf(student)).toMatchObject([
      { type: 'exercise_graded', message: 'Your work for “Still life” was approved. You have 8.5 of 10 points.' },
      { type: 'exercise_graded', message: 'Your work for “Still life” was not accepted. You have 2 of 10 points.' },
      { type: 'resubmission_requested', priority: 'high', message: 'Your teacher asks you to revise “Still life”.' },
    ]);
    expect(await unreadCountOf(school, student.id)).toBe(3);
  });

  test('a student is not notified of a quiz that was graded in the response to their hand-in', async () => {
    await publishAndDeliver(submissionGraded(1, { gradedById: null, isOwnAct: true, status: 'rejected' }));
    expect(await notificationsOf(student)).toEqual([]);
  });

  test('a grade that no person gave does not speak of the teacher or ask for a revision', async () => {
    const automatic = { gradedById: null, isOwnAct: false };
    await publishAndDeliver(submissionGraded(1, { ...automatic, status: 'needs_revision', score: 2 }));
    await publishAndDeliver(submissionGraded(2, { ...automatic, status: 'rejected', score: 2 }));
    await publishAndDeliver(submissionGraded(3, automatic));
    const messages = [
      '“Still life” is passed. You have 8.5 of 10 points.',
      '“Still life” is not passed. You have 2 of 10 points.',
      '“Still life” is not passed. You have 2 of 10 points. You can try again.',
    ];
    const notifications = messages.map((message) => ({ type: 'exercise_graded', priority: 'normal', message }));
    expect(await notificationsOf(student)).toMatchObject(notifications);
  });

  test('a student is notified of coins that another person’s act brought, and not of coins for their own act', async () => {
    const earned = { transactionId: 77, userId: student.id, amount: 10, type: 'manual_reward' as const };
    await publishAndDeliver(new CoinsEarned({ ...earned, description: 'First prize', isOwnAct: false }));
    const own = { ...earned, type: 'earned_lesson' as const, description: 'Lesson completed: Ink', isOwnAct: true };
    await publishAndDeliver(new CoinsEarned({ ...own, transactionId: 78 }));
    expect(await notificationsOf(student)).toMatchObject([
      {
        type: 'teocoin_earned',
        priority: 'low',
        message: 'You have earned 10 TeoCoins. First prize',
        relatedObjectType: 'rewards.teocointransaction',
        relatedObjectId: 77,
      },
    ]);
  });

  test('a person is notified of each correction of their balance, with its reason', async () => {
    const corrected = { userId: student.id, reason: 'Paid twice' };
    await publishAndDeliver(
      new BalanceCorrected({ ...corrected, transactionId: 81, amount: -40, kind: 'adjustment' }),
      new BalanceCorrected({ ...corrected, transactionId: 82, amount: -5, kind: 'reversal' }),
    );
    await publishAndDeliver(
      new BalanceCorrected({ ...corrected, transactionId: 83, amount: 7, kind: 'adjustment' }),
      new BalanceCorrected({ ...corrected, transactionId: 83, amount: 7, kind: 'adjustment' }),
    );
    const reversed = 'An earlier transaction was reversed.';
    const notifications = await notificationsOf(student, 'balance_corrected');
    expect(notifications.map(({ message }) => message).sort()).toEqual([
      'The school has added 7 TeoCoins to your balance. Reason: Paid twice',
      'The school has taken 40 TeoCoins from your balance. Reason: Paid twice',
      `The school has taken 5 TeoCoins from your balance. ${reversed} Reason: Paid twice`,
    ]);
    expect(notifications).toMatchObject([{ priority: 'high' }, { priority: 'high' }, { priority: 'high' }]);
  });

  test('the recipient of coins is notified and the sender is not', async () => {
    const gift = { senderId: teacher.id, senderUsername: 'vera', recipientId: student.id, amount: 5 };
    await publishAndDeliver(new CoinsTransferred({ operationId: 'a', ...gift, message: 'Brava!' }));
    await publishAndDeliver(new CoinsTransferred({ operationId: 'b', ...gift, message: '' }));
    expect(await notificationsOf(student)).toMatchObject([
      { type: 'teocoin_transfer', message: 'vera has given you 5 TeoCoins.' },
      { type: 'teocoin_transfer', message: 'vera has given you 5 TeoCoins: “Brava!”' },
    ]);
    expect(await notificationsOf(teacher)).toEqual([]);
  });

  test('a student is notified of an unlocked achievement and its coins with one notification', async () => {
    const unlocked = { achievementId: 4, userId: student.id, achievementType: 'night_owl', courseId: null };
    await publishAndDeliver(new AchievementUnlocked({ ...unlocked, title: 'Night owl', coins: 25 }));
    await publishAndDeliver(new AchievementUnlocked({ ...unlocked, achievementId: 5, title: 'Early bird' }));
    expect(await notificationsOf(student)).toMatchObject([
      { message: 'You have unlocked “Early bird”.' },
      {
        type: 'achievement_unlocked',
        message: 'You have unlocked “Night owl”. You have earned 25 TeoCoins.',
        relatedObjectId: 4,
      },
    ]);
  });
});

describe('notifications about the chain', () => {
  const txHash = `0x${'ab'.repeat(32)}`;
  const address = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
  const withdrawalPayload = () => ({ withdrawalId: 7, userId: student.id, amount: 250 });

  test('a person is notified once of a confirmed withdrawal and once of a credited deposit', async () => {
    const paid = new WithdrawalConfirmed({ ...withdrawalPayload(), address, txHash });
    const credited = new DepositCredited({ depositId: 4, userId: student.id, amount: 30, txHash });
    await publishAndDeliver(paid, credited);
    await publishAndDeliver(paid, credited);
    expect(await notificationsOf(student, 'withdrawal_confirmed')).toMatchObject([
      {
        priority: 'high',
        message: `Your withdrawal of 250 TeoCoins has arrived at ${address}.`,
        relatedObjectType: 'rewards.withdrawal',
        relatedObjectId: 7,
      },
    ]);
    expect(await notificationsOf(student, 'deposit_credited')).toMatchObject([
      {
        message: 'Your deposit of 30 TeoCoins was credited.',
        relatedObjectType: 'rewards.deposit',
        relatedObjectId: 4,
      },
    ]);
    expect(await unreadCountOf(school, student.id)).toBe(2);
  });

  test('a person is notified once of a failed withdrawal with urgent priority and the reason', async () => {
    const failed = new WithdrawalFailed({ ...withdrawalPayload(), reason: 'The transaction was reverted.' });
    await publishAndDeliver(failed);
    await publishAndDeliver(failed);
    expect(await notificationsOf(student)).toMatchObject([
      {
        type: 'withdrawal_failed',
        priority: 'urgent',
        message: 'Your withdrawal of 250 TeoCoins was not paid; you have them back. The transaction was reverted.',
      },
    ]);
  });
});

test('only active administrators are notified of a halt of payments, once for each halt', async () => {
  const [firstAdmin, secondAdmin, inactive] = [await school.admin(), await school.admin(), await school.admin()];
  await school.database.transaction(() =>
    school.database.run('UPDATE users_user SET is_active = $2 WHERE id = $1', [inactive.id, false]),
  );
  const halt = (haltedAt: string) =>
    new ChainHalted({ subject: 'hot wallet 0xf39F', reason: 'A transaction we do not know.', haltedAt });
  for (const haltedAt of ['2026-03-01T09:30:00.000Z', '2026-03-01T09:30:00.000Z', '2026-03-02T09:30:00.000Z'])
    await publishAndDeliver(halt(haltedAt));
  const alert = {
    ...{ type: 'security_alert', priority: 'urgent' },
    message: 'Payments are halted until you resume them: hot wallet 0xf39F. A transaction we do not know.',
  };
  for (const admin of [firstAdmin, secondAdmin]) expect(await notificationsOf(admin)).toMatchObject([alert, alert]);
  expect(await unreadCountOf(school, inactive.id)).toBe(0);
  for (const person of [student, teacher]) expect(await notificationsOf(person)).toEqual([]);
});

describe('security alerts', () => {
  test('a person is notified with urgent priority each time their password changes', async () => {
    for (const hour of [8, 9])
      await school.clock.at(new Date(Date.UTC(2026, 0, 1, hour)), () =>
        publishAndDeliver(new PasswordChanged({ userId: student.id })),
      );
    const alert = { type: 'security_alert', priority: 'urgent', message: expect.stringContaining('password') };
    expect(await notificationsOf(student)).toMatchObject([alert, alert]);
  });

  test('a person is notified once with urgent priority of a reused refresh token', async () => {
    const reused = new SessionReuseDetected({ userId: student.id, sessionId: 'a1b2' });
    await publishAndDeliver(reused, reused);
    expect(await notificationsOf(student)).toMatchObject([{ type: 'security_alert', priority: 'urgent' }]);
  });
});

describe('delivery of events', () => {
  test('an event that is delivered twice notifies once, and a delivery costs eight statements and its routing nine', async () => {
    const event = new CoinsTransferred({
      ...{ operationId: 'c', senderId: teacher.id, senderUsername: 'vera', recipientId: student.id },
      ...{ amount: 5, message: '' },
    });
    await school.database.transaction(() => school.part(EventBus).publish(event));
    // The last poll of the empty outbox is a transaction of three statements.
    expect((await school.statements(() => school.settle())).statements).toHaveLength(8 + 9 + 3);
    await publishAndDeliver(event);
    expect(await unreadCountOf(school, student.id)).toBe(1);
  });
});
