import { Injectable } from '@nestjs/common';
import { bool, instant, int, nullable, text, type Row } from '../../../platform/database/columns';
import { Config } from '../../../platform/config/config';
import { Database } from '../../../platform/database/database';
import type { DomainError } from '../../../platform/errors/domain-error';
import { CourseNotFound, ExerciseNotFound, LessonNotFound, rewardCaps, type RewardedThing } from '../../courses';
import { AchievementNotFound } from '../rewards.errors';
import { rewardTypes, typeIn, type RewardType } from '../ledger/transaction-types';

/** What a person can have done, in SQL over `o`, the object, and `c`, its course (`t` is the payment); `$1` is the person. */
interface Rewarded {
  thing?: RewardedThing;
  type: RewardType;
  from: string;
  reward: string;
  done: string;
  isOpen: string;
  missing: new () => DomainError;
}

const objects = {
  'courses.lesson': {
    thing: 'lesson',
    type: 'earned_lesson',
    from: `courses_lesson o JOIN courses_course c ON c.id = o.course_id
      LEFT JOIN courses_lessoncompletion d ON d.lesson_id = o.id AND d.student_id = $1`,
    reward: 'o.teocoin_reward',
    done: 'd.completed_at',
    isOpen: 'c.is_published AND o.is_published AND o.archived_at IS NULL',
    missing: LessonNotFound,
  },
  'courses.exercise': {
    thing: 'exercise',
    type: 'earned_exercise',
    from: `courses_exercise o JOIN courses_lesson l ON l.id = o.lesson_id JOIN courses_course c ON c.id = l.course_id
      LEFT JOIN progress_exerciseresult d ON d.exercise_id = o.id AND d.student_id = $1`,
    reward: 'o.teocoin_reward',
    done: 'd.passed_at',
    isOpen: 'c.is_published AND l.is_published AND l.archived_at IS NULL AND o.archived_at IS NULL',
    missing: ExerciseNotFound,
  },
  'courses.course': {
    thing: 'course',
    type: 'earned_course',
    from: 'courses_course o JOIN courses_course c ON c.id = o.id',
    reward: 'o.teocoin_reward',
    done: 'e.completion_date',
    isOpen: 'c.is_published AND c.archived_at IS NULL',
    missing: CourseNotFound,
  },
  'rewards.achievement': {
    type: 'earned_achievement',
    from: `(SELECT * FROM rewards_achievement WHERE user_id = $1 AND progress = 100) AS o
      LEFT JOIN courses_course c ON c.id = o.course_id`,
    reward: 'COALESCE(t.amount, 0)',
    done: 'o.earned_at',
    isOpen: 'o.progress = 100',
    missing: AchievementNotFound,
  },
} as const satisfies Record<string, Rewarded>;

export type Explainable = keyof typeof objects;
export const explainable = Object.keys(objects) as [Explainable, ...Explainable[]];

const explanations = {
  paid: 'You were paid when you had done it.',
  paid_before: 'You were paid the first time: doing it again pays nothing more.',
  revoked: 'You were paid, and an administrator took it back.',
  own_course: 'It is your own course: teachers earn nothing there.',
  course_closed:
    'The course was not open when you did it, or its teacher could not teach: your progress counts, coins are paid in open courses only.',
  not_enrolled: 'You are not enrolled in the course.',
  no_reward: 'No reward is set for it.',
  reward_set_later: 'No reward was set when you did it: later changes do not pay for what is past.',
  not_done: 'You have not done it yet.',
} as const;

export type Outcome = keyof typeof explanations;
export const outcomes = Object.keys(explanations) as [Outcome, ...Outcome[]];

export interface Explanation {
  outcome: Outcome;
  explanation: string;
  /** What is set for it now. */
  reward: number;
  payment: { id: number; amount: number; createdAt: Date } | null;
}

const shape = {
  isOpen: bool,
  isOwn: bool,
  isEnrolled: bool,
  reward: int,
  doneAt: nullable(instant),
  paymentId: nullable(int),
  amount: nullable(int),
  paidAt: nullable(instant),
  revokedBecause: nullable(text),
  isUnpaid: bool,
};
type Facts = Row<typeof shape>;

/** Why a learner was, or was not, paid for something (rule 14). */
@Injectable()
export class RewardExplanations {
  private readonly caps: Record<RewardedThing, number>;

  constructor(
    private readonly database: Database,
    config: Config,
  ) {
    this.caps = rewardCaps(config);
  }

  /** @throws LessonNotFound, ExerciseNotFound, CourseNotFound, AchievementNotFound: also for what this person cannot see */
  async explain(userId: number, objectType: Explainable, objectId: number): Promise<Explanation> {
    const object: Rewarded = objects[objectType];
    const facts = await this.database.row(shape, factsOf(object, objectType), [userId, objectId]);
    if (!facts || !isVisible(facts)) throw new object.missing();
    const outcome = outcomeOf(facts);
    const { reward, paymentId, amount, paidAt, revokedBecause } = facts;
    const payment = paymentId === null ? null : { id: paymentId, amount: amount as number, createdAt: paidAt as Date };
    const why = revokedBecause ? ` ${revokedBecause}` : '';
    return { outcome, explanation: explanations[outcome] + why + this.capOf(object, reward), reward, payment };
  }

  /** What is set may be more than is paid: it was stored before the limit, or elsewhere. */
  private capOf({ thing }: Rewarded, reward: number): string {
    if (!thing || reward <= this.caps[thing]) return '';
    return ` ${reward} are set, but the school pays at most ${this.caps[thing]} for one ${thing}.`;
  }
}

/** One statement; the last season's payment where there were several. */
function factsOf({ type, from, reward, done, isOpen }: Rewarded, objectType: Explainable): string {
  return `SELECT ${isOpen} AS "isOpen", c.teacher_id = $1 AS "isOwn", ${reward} AS reward, ${done} AS "doneAt",
      e.id IS NOT NULL AND e.left_at IS NULL AS "isEnrolled", t.id AS "paymentId", t.amount, t.created_at AS "paidAt",
      r.description AS "revokedBecause", n.id IS NOT NULL AS "isUnpaid"
    FROM ${from}
    LEFT JOIN courses_courseenrollment e ON e.course_id = c.id AND e.student_id = $1
    LEFT JOIN rewards_teocointransaction t ON t.user_id = $1 AND t.transaction_type = '${type}'
      AND t.related_object_type = '${objectType}' AND t.related_object_id = o.id AND ${typeIn(rewardTypes, 't.transaction_type')}
    LEFT JOIN rewards_teocointransaction r ON r.reverses_id = t.id
    LEFT JOIN rewards_unpaidreward n ON n.user_id = $1 AND n.related_object_type = '${objectType}' AND n.related_object_id = o.id
    WHERE o.id = $2 ORDER BY t.reward_epoch DESC LIMIT 1`;
}

function isVisible({ isOpen, isOwn, isEnrolled, doneAt, paymentId }: Facts): boolean {
  return isOpen || isOwn || isEnrolled || doneAt !== null || paymentId !== null;
}

function outcomeOf(facts: Facts): Outcome {
  const { isOwn, isEnrolled, reward, doneAt, paidAt, revokedBecause, isUnpaid } = facts;
  if (revokedBecause !== null) return 'revoked';
  // A row of the reward is written after the completion it pays for: a later completion is another one.
  if (paidAt) return doneAt !== null && doneAt <= paidAt ? 'paid' : 'paid_before';
  if (isOwn) return 'own_course';
  if (doneAt && isUnpaid) return 'course_closed';
  if (reward === 0) return 'no_reward';
  if (doneAt) return 'reward_set_later';
  return isEnrolled ? 'not_done' : 'not_enrolled';
}
