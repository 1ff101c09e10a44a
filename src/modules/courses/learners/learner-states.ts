/** Whether the learner has a place in the course. `left`: they had one, and their progress is kept. */
export const enrollmentStatuses = ['not_enrolled', 'enrolled', 'left'] as const;
export type EnrollmentStatus = (typeof enrollmentStatuses)[number];

export interface LessonReference {
  id: number;
  title: string;
}

/** A learner's state in one course. */
export interface CourseState {
  status: EnrollmentStatus;
  enrolledAt: Date | null;
  progressPercentage: number;
  completedAt: Date | null;
  lastAccessedAt: Date | null;
  /** When the learner completed the lessons of the course, by lesson id. */
  completedLessons: ReadonlyMap<number, Date>;
  /** The open prerequisites that the learner must complete before they can enrol. */
  missingPrerequisiteIds: readonly number[];
}

/** A learner's state in one course of a list. */
export interface CourseCardState {
  status: EnrollmentStatus;
  progressPercentage: number;
  isCompleted: boolean;
  /** The first published lesson that is not completed. Null if the learner is not enrolled, or has completed all. */
  nextLesson: LessonReference | null;
}

export interface LessonState {
  isEnrolled: boolean;
  completedAt: Date | null;
  /** When the learner last used the course. Null if they are not enrolled. */
  lastAccessedAt: Date | null;
}

export interface OpenAttempt {
  id: number;
  attemptNumber: number;
  startedAt: Date;
  deadlineAt: Date | null;
}

export interface LatestSubmission {
  id: number;
  status: 'pending' | 'approved' | 'needs_revision' | 'rejected';
  score: number | null;
  maxScore: number;
  submittedAt: Date;
}

export interface ExerciseState {
  attemptsUsed: number;
  /** The score that counts by the grade policy. */
  scorePercent: number | null;
  bestScorePercent: number | null;
  hasPassed: boolean;
  openAttempt: OpenAttempt | null;
  latestSubmission: LatestSubmission | null;
}

/** Tells Courses the state of the caller, for its responses. A higher module provides the class. Each method sends one statement. */
export abstract class LearnerStates {
  abstract ofCourse(studentId: number, courseId: number): Promise<CourseState>;
  /** A course without an entry is one that the learner never entered. */
  abstract ofCourses(studentId: number, courseIds: readonly number[]): Promise<Map<number, CourseCardState>>;
  abstract ofLesson(studentId: number, courseId: number, lessonId: number): Promise<LessonState>;
  /** An exercise without an entry is one that the learner never tried. */
  abstract ofExercises(studentId: number, exerciseIds: readonly number[]): Promise<Map<number, ExerciseState>>;
  /** Remembers that the learner uses the course now. Sends nothing if that was remembered a moment ago, and never fails. */
  abstract recordAccess(studentId: number, courseId: number, lastAccessedAt: Date): Promise<void>;
}
