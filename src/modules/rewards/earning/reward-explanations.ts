import { Injectable } from '@nestjs/common';
import { bool, instant, int, nullable, text, type Row } from '../../../platform/database/columns';
import { Config } from '../../../platform/config/config';
import { Database } from '../../../platform/database/database';
import type { DomainError } from '../../../platform/errors/domain-error';
import { CourseNotFound, ExerciseNotFound, LessonNotFound, rewardCaps, type RewardedThing } from '../../courses';
import { AchievementNotFound } from '../rewards.errors';
import { rewardTypes, typeInSql, type RewardType } from '../ledger/transaction-types';

/**
 * A type of object that has a reward. The SQL texts use these aliases: `o` is the object, `c` its course, `d` the completion, `e` the
 * enrolment and `t` the payment. `$1` is the id of the person.
 */
interface RewardedObject {
  /** The name of the reward in the settings of the school. Achievements have no maximum reward there. */
  thing?: RewardedThing;
  type: RewardType;
  fromSql: string;
  rewardSql: string;
  completedAtSql: string;
  isOpenSql: string;
  NotFound: new () => DomainError;
}

const rewardedObjects = {
  'courses.lesson': {
    thing: 'lesson',
    type: 'earned_lesson',
    fromSql: `courses_lesson o JOIN courses_course c ON c.id = o.course_id
      LEFT JOIN courses_lessoncompletion d ON d.lesson_id = o.id AND d.student_id = $1`,
    rewardSql: 'o.teocoin_reward',
    completedAtSql: 'd.completed_at',
    isOpenSql: 'c.is_published AND o.is_published AND o.archived_at IS NULL',
    NotFound: LessonNotFound,
  },
  'courses.exercise': {
    thing: 'exercise',
    type: 'earned_exercise',
    fromSql: `courses_exercise o JOIN courses_lesson l ON l.id = o.lesson_id JOIN courses_course c ON c.id = l.course_id
      LEFT JOIN progress_exerciseresult d ON d.exercise_id = o.id AND d.student_id = $1`,
    rewardSql: 'o.teocoin_reward',
    completedAtSql: 'd.passed_at',
    isOpenSql: 'c.is_published AND l.is_published AND l.archived_at IS NULL AND o.archived_at IS NULL',
    NotFound: ExerciseNotFound,
  },
  'courses.course': {
    thing: 'course',
    type: 'earned_course',
    fromSql: 'courses_course o JOIN courses_course c ON c.id = o.id',
    rewardSql: 'o.teocoin_reward',
    completedAtSql: 'e.completion_date',
    isOpenSql: 'c.is_published AND c.archived_at IS NULL',
    NotFound: CourseNotFound,
  },
  'rewards.achievement': {
    type: 'earned_achievement',
    fromSql: `(SELECT * FROM rewards_achievement WHERE user_id = $1 AND progress = 100) AS o
      LEFT JOIN courses_course c ON c.id = o.course_id`,
    rewardSql: 'COALESCE(t.amount, 0)',
    completedAtSql: 'o.earned_at',
    isOpenSql: 'o.progress = 100',
    NotFound: AchievementNotFound,
  },
} as const satisfies Record<string, RewardedObject>;

type ExplainableType = keyof typeof rewardedObjects;
export const explainableTypes = Object.keys(rewardedObjects) as [ExplainableType, ...ExplainableType[]];

const explanationTexts = {
  paid: 'You were paid when you completed it.',
  paid_before: 'You were paid the first time. A repetition pays nothing more.',
  revoked: 'You were paid, and an administrator reversed the payment.',
  own_course: 'It is your own course, and teachers earn nothing in their own courses.',
  course_closed:
    'The course was not open when you completed it, or its teacher was not allowed to teach. Your progress counts, but coins are paid in open courses only.',
  not_enrolled: 'You are not enrolled in the course.',
  no_reward: 'No reward is set for it.',
  reward_set_later: 'No reward was set when you completed it. A reward that is set later is not paid for earlier work.',
  not_done: 'You have not completed it yet.',
} as const;

type PaymentOutcome = keyof typeof explanationTexts;
export const paymentOutcomes = Object.keys(explanationTexts) as [PaymentOutcome, ...PaymentOutcome[]];

export interface PaymentExplanation {
  outcome: PaymentOutcome;
  explanation: string;
  /** The reward that is set for the object now. */
  reward: number;
  payment: { id: number; amount: number; createdAt: Date } | null;
}

const shape = {
  isOpen: bool,
  isOwn: bool,
  isEnrolled: bool,
  reward: int,
  completedAt: nullable(instant),
  paymentId: nullable(int),
  amount: nullable(int),
  paidAt: nullable(instant),
  reversalReason: nullable(text),
  isUnpaid: bool,
};
type RewardFacts = Row<typeof shape>;

/** Explains why a learner was paid for an object, or was not (rule 14). */
@Injectable()
export class RewardExplanations {
  private readonly maxRewards: Record<RewardedThing, number>;

  constructor(
    private readonly database: Database,
    config: Config,
  ) {
    this.maxRewards = rewardCaps(config);
  }

  /** @throws LessonNotFound, ExerciseNotFound, CourseNotFound, AchievementNotFound: also if the person cannot see the object */
  async explain(userId: number, objectType: ExplainableType, objectId: number): Promise<PaymentExplanation> {
    const object: RewardedObject = rewardedObjects[objectType];
    const facts = await this.database.row(shape, rewardFactsSql(object, objectType), [userId, objectId]);
    if (!facts || !isVisible(facts)) throw new object.NotFound();
    const outcome = outcomeOf(facts);
    const { reward, reversalReason } = facts;
    const reasonNotice = reversalReason ? ` ${reversalReason}` : '';
    const explanation = explanationTexts[outcome] + reasonNotice + this.limitNotice(object, reward);
    return { outcome, explanation, reward, payment: paymentOf(facts) };
  }

  /** The sentence about the maximum of the school, because a reward that is older than the maximum, or imported, can be larger. */
  private limitNotice({ thing }: RewardedObject, reward: number): string {
    if (!thing || reward <= this.maxRewards[thing]) return '';
    return ` The reward is set to ${reward}, but the school pays at most ${this.maxRewards[thing]} for one ${thing}.`;
  }
}

/** A single statement. If the object was paid in several reward epochs, it selects the payment of the latest epoch. */
function rewardFactsSql(
  { type, fromSql, rewardSql, completedAtSql, isOpenSql }: RewardedObject,
  objectType: ExplainableType,
): string {
  return `SELECT ${isOpenSql} AS "isOpen", c.teacher_id = $1 AS "isOwn", ${rewardSql} AS reward, ${completedAtSql} AS "completedAt",
      e.id IS NOT NULL AND e.left_at IS NULL AS "isEnrolled", t.id AS "paymentId", t.amount, t.created_at AS "paidAt",
      r.description AS "reversalReason", n.id IS NOT NULL AS "isUnpaid"
    FROM ${fromSql}
    LEFT JOIN courses_courseenrollment e ON e.course_id = c.id AND e.student_id = $1
    LEFT JOIN rewards_teocointransaction t ON t.user_id = $1 AND t.transaction_type = '${type}'
      AND t.related_object_type = '${objectType}' AND t.related_object_id = o.id AND ${typeInSql(rewardTypes, 't.transaction_type')}
    LEFT JOIN rewards_teocointransaction r ON r.reverses_id = t.id
    LEFT JOIN rewards_unpaidreward n ON n.user_id = $1 AND n.related_object_type = '${objectType}' AND n.related_object_id = o.id
    WHERE o.id = $2 ORDER BY t.reward_epoch DESC LIMIT 1`;
}

function paymentOf({ paymentId, amount, paidAt }: RewardFacts): PaymentExplanation['payment'] {
  if (paymentId === null) return null;
  return { id: paymentId, amount: amount as number, createdAt: paidAt as Date };
}

function isVisible({ isOpen, isOwn, isEnrolled, completedAt, paymentId }: RewardFacts): boolean {
  return isOpen || isOwn || isEnrolled || completedAt !== null || paymentId !== null;
}

function outcomeOf(facts: RewardFacts): PaymentOutcome {
  const { isOwn, isEnrolled, reward, completedAt, paidAt, reversalReason, isUnpaid } = facts;
  if (reversalReason !== null) return 'revoked';
  if (paidAt) {
    // The payment is written after its completion, so a completion that is later than the payment is a repetition.
    const isPaidCompletion = completedAt !== null && completedAt <= paidAt;
    return isPaidCompletion ? 'paid' : 'paid_before';
  }
  if (isOwn) return 'own_course';
  if (completedAt && isUnpaid) return 'course_closed';
  if (reward === 0) return 'no_reward';
  if (completedAt) return 'reward_set_later';
  return isEnrolled ? 'not_done' : 'not_enrolled';
}
