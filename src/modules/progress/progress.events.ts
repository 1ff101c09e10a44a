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
 * `reward` is the present reward of the lesson in whole TeoCoins, so that a later edit of the lesson changes no past reward.
 * `isOpen` tells whether the course is open now. In a course that is not open, progress counts and nothing is paid (decision 0016).
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

/**
 * Published once for each learner and course, because a completion is never taken back. `isOwnAct` is true if the learner completed
 * the course by a request of their own, and false if a change of the course did. Events of older versions have no such field.
 */
export class CourseCompleted extends DomainEvent<{
  studentId: number;
  courseId: number;
  courseTitle: string;
  teacherId: number;
  reward: number;
  isOpen: boolean;
  isOwnAct?: boolean;
}> {
  static override readonly type = 'progress.course-completed.v1';
}

/** Published for the first pass of a learner in an exercise. `isOwnAct` is true if the learner's own hand-in was graded at once. */
export class ExercisePassed extends DomainEvent<{
  studentId: number;
  exerciseId: number;
  exerciseTitle: string;
  courseId: number;
  teacherId: number;
  reward: number;
  isOpen: boolean;
  isOwnAct?: boolean;
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
  /** The person who graded, or null if the submission was graded automatically. */
  gradedById: number | null;
  /** True if the response to the student's own hand-in contained this grade. */
  isOwnAct?: boolean;
}> {
  static override readonly type = 'progress.submission-graded.v1';
}

/** Somebody has written about a picture of handed-in work. `receiverId` is the person on the other side. */
export class WorkDiscussed extends DomainEvent<{
  submissionId: number;
  receiverId: number;
  exerciseTitle: string;
}> {
  static override readonly type = 'progress.work-discussed.v1';
}

/** The counters of a learner. Achievement rules compare them before and after an activity, to find a crossed threshold. */
export interface Totals {
  lessonsCompleted: number;
  exercisesCompleted: number;
  coursesCompleted: number;
  streakDays: number;
}

/**
 * `localHour` is the hour (0–23) of the activity in the learner's time zone, or null if the learner did nothing themselves.
 * `isOpen` tells whether the course is open. The event is not published for activities of teachers in their own courses, and the
 * totals do not contain them.
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
