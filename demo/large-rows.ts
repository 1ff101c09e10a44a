import type { Value } from '../src/platform/database/columns';
import { localDateIn } from '../src/platform/time/local-date';
import { achievedAt, finishedAt, handedInAt } from './large-ledger';
import * as plan from './large-plan';
import type { LargeStudent } from './large-plan';

/** A table of the large school and the rows that one student has in it. */
export interface StudentTable {
  table: string;
  columns: readonly string[];
  rowsOf: (student: LargeStudent, now: Date) => Value[][];
}

const notificationCount = 20;
const unreadCount = 8;
const dayMs = 86_400_000;

const exerciseCount = 2;
const completedLessonCount = plan.completedLessonCounts.reduce<number>((sum, count) => sum + count, 0);
const totalEarned =
  completedLessonCount * plan.lessonReward +
  plan.courseReward +
  exerciseCount * plan.exerciseReward +
  plan.achievements.length * plan.achievementReward;

/** All tables of a student except the ledger, whose rows need the ids of the achievements. */
export const studentTables: readonly StudentTable[] = [
  {
    table: 'users_usersettings',
    columns: ['user_id', 'privacy_settings', 'timezone', 'created_at', 'updated_at'],
    rowsOf: (student) => [[student.id, {}, student.timezone, joinedAt(student), joinedAt(student)]],
  },
  {
    table: 'courses_courseenrollment',
    columns: [
      'student_id',
      'course_id',
      'enrolled_at',
      'completed',
      'completion_date',
      'progress_percentage',
      'last_accessed',
    ],
    rowsOf: (student) =>
      student.courses.map((course, index) => {
        const completedCount = plan.completedLessonCounts[index]!;
        const isCompleted = completedCount === plan.lessonsPerCourse;
        const percent = Math.floor((100 * completedCount) / plan.lessonsPerCourse);
        const completedAt = isCompleted ? finishedAt(student) : null;
        return [
          student.id,
          course.id,
          joinedAt(student),
          isCompleted,
          completedAt,
          percent,
          student.completions.at(-1)!.at,
        ];
      }),
  },
  {
    table: 'courses_lessoncompletion',
    columns: ['student_id', 'lesson_id', 'completed_at', 'time_spent_minutes'],
    rowsOf: ({ id, index, completions }) =>
      completions.map(({ lessonId, at }) => [id, lessonId, at, 20 + (index % 40)]),
  },
  {
    table: 'progress_activityday',
    columns: ['user_id', 'local_date', 'first_timezone', 'last_timezone'],
    rowsOf: ({ id, timezone, completions }) =>
      completions.map(({ at }) => [id, localDateIn('UTC', at), timezone, timezone]),
  },
  {
    table: 'courses_exercisesubmission',
    columns: [
      'student_id',
      'exercise_id',
      'submission_data',
      'score',
      'max_score',
      'submitted_at',
      'graded_at',
      'status',
      'grading',
    ],
    rowsOf: (student) =>
      student.scores.map((score, index) => {
        const exerciseId = student.courses[0]!.exerciseIds[index]!;
        const submittedAt = handedInAt(student, index);
        const handIn = { answers: { q1: 'o2' } };
        return [student.id, exerciseId, handIn, score, 100, submittedAt, submittedAt, 'approved', { questions: [] }];
      }),
  },
  {
    table: 'progress_exerciseresult',
    columns: ['student_id', 'exercise_id', 'attempts_used', 'score_percent', 'passed_at', 'updated_at'],
    rowsOf: (student) =>
      student.scores.map((score, index) => {
        const exerciseId = student.courses[0]!.exerciseIds[index]!;
        const submittedAt = handedInAt(student, index);
        return [student.id, exerciseId, 1, score, submittedAt, submittedAt];
      }),
  },
  {
    table: 'rewards_achievement',
    columns: ['user_id', 'achievement_type', 'earned_at', 'progress', 'metadata'],
    rowsOf: (student) =>
      plan.achievements.map((type, index) => [student.id, type, achievedAt(student, index), 100, {}]),
  },
  {
    table: 'notifications_notification',
    columns: [
      'user_id',
      'title',
      'message',
      'notification_type',
      'related_object_type',
      'related_object_id',
      'is_read',
      'priority',
      'action_url',
      'created_at',
      'read_at',
      'dedupe_key',
    ],
    rowsOf: ({ id, completions }) =>
      completions.slice(-notificationCount).map(({ lessonId, title, at }, index) => {
        const isRead = index < notificationCount - unreadCount;
        const message = `You have completed “${title}”.`;
        const details = ['courses.lesson', lessonId, isRead, 'low', `/lessons/${lessonId}`];
        const readAt = isRead ? new Date(at.getTime() + dayMs / 2) : null;
        const key = `lesson_completed:courses.lesson.${lessonId}:1`;
        return [id, 'Lesson completed', message, 'lesson_completed', ...details, at, readAt, key];
      }),
  },
  {
    table: 'notifications_unreadcount',
    columns: ['user_id', 'unread'],
    rowsOf: ({ id }) => [[id, unreadCount]],
  },
  {
    // The columns of the streak are missing because the job computes them from the activity days.
    table: 'users_userprogress',
    columns: [
      'user_id',
      'total_courses_enrolled',
      'total_courses_completed',
      'total_lessons_completed',
      'total_exercises_completed',
      'average_score',
      'last_activity_date',
      'achievements_earned',
      'total_teocoins_earned',
      'updated_at',
    ],
    rowsOf: (student, now) => {
      const { id, courses, completions, scores } = student;
      const average = scores.reduce((sum, score) => sum + score, 0) / scores.length;
      const totals = [courses.length, 1, completions.length, scores.length, average, completions.at(-1)!.at];
      return [[id, ...totals, plan.achievements.length, totalEarned, now]];
    },
  },
];

const joinedAt = ({ completions }: LargeStudent): Date => new Date(completions[0]!.at.getTime() - dayMs);

/** A student sends and receives the same amount, so transfers do not change the balance. */
export const finalBalance = totalEarned;
/** The number of ledger rows of a student: lessons, exercises, achievements, one course and two transfers. */
export const finalSequence = completedLessonCount + exerciseCount + plan.achievements.length + 1 + 2;
