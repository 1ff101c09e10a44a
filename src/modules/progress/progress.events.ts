import { DomainEvent } from '../../platform/events/domain-event';

export class StudentEnrolled extends DomainEvent<{
  studentId: number;
  courseId: number;
  courseTitle: string;
  teacherId: number;
}> {
  static override readonly type = 'progress.student-enrolled.v1';
}

/**
 * `reward` is the lesson's at this moment, in whole TeoCoins: later edits of the lesson change no past reward. `isOpen`: the
 * course is open at this moment; in one that is not, progress counts and nothing is paid (decision 0016).
 */
export class LessonCompleted extends DomainEvent<{
  studentId: number;
  lessonId: number;
  lessonTitle: string;
  courseId: number;
  teacherId: number;
  reward: number;
  isOpen: boolean;
}> {
  static override readonly type = 'progress.lesson-completed.v1';
}

/** Told once for each learner and course: completion is sticky. */
export class CourseCompleted extends DomainEvent<{
  studentId: number;
  courseId: number;
  courseTitle: string;
  teacherId: number;
  reward: number;
  isOpen: boolean;
}> {
  static override readonly type = 'progress.course-completed.v1';
}

/** The learner's first pass of the exercise. */
export class ExercisePassed extends DomainEvent<{
  studentId: number;
  exerciseId: number;
  exerciseTitle: string;
  courseId: number;
  teacherId: number;
  reward: number;
  isOpen: boolean;
}> {
  static override readonly type = 'progress.exercise-passed.v1';
}

export class SubmissionReceived extends DomainEvent<{
  submissionId: number;
  studentId: number;
  exerciseId: number;
  exerciseTitle: string;
  teacherId: number;
}> {
  static override readonly type = 'progress.submission-received.v1';
}

export class SubmissionGraded extends DomainEvent<{
  submissionId: number;
  version: number;
  studentId: number;
  exerciseId: number;
  exerciseTitle: string;
  status: 'approved' | 'needs_revision' | 'rejected';
  score: number | null;
  maxScore: number;
  /** The person who graded, or null for a quiz that graded itself. */
  gradedById: number | null;
}> {
  static override readonly type = 'progress.submission-graded.v1';
}

/** The counters of a learner before and after a step, for rules that fire when a threshold is crossed. */
export interface Totals {
  lessonsCompleted: number;
  exercisesCompleted: number;
  coursesCompleted: number;
  streakDays: number;
}

/**
 * `localHour`: the hour (0–23) of the activity in the learner's time zone, null where nothing was done by the learner. `isOpen`:
 * the course it happened in is open. Not told of what teachers do in their own courses, which is in none of these totals.
 */
export class LearnerProgressed extends DomainEvent<{
  studentId: number;
  before: Totals;
  after: Totals;
  localHour: number | null;
  isOpen: boolean;
}> {
  static override readonly type = 'progress.learner-progressed.v1';
}
