import { bool, float, int } from '../../../platform/database/columns';
import type { Database } from '../../../platform/database/database';

interface EnrollmentProgress {
  studentId: number;
  percent: number;
  completed: boolean;
}

/** The SQL that computes the percentage of each enrolment from these tables. `conditionSql` selects enrolments (alias e). */
export const percentagesSql = (
  tables: Record<'enrollments' | 'lessons' | 'completions', string>,
  conditionSql: string,
): string => `
       SELECT e.id AS id,
         CASE WHEN count(l.id) = 0 THEN 0 ELSE 100 * count(d.id) / count(l.id) END AS percent
       FROM ${tables.enrollments} e
       LEFT JOIN ${tables.lessons} l
         ON l.course_id = e.course_id AND l.is_published AND l.is_mandatory AND l.archived_at IS NULL
       LEFT JOIN ${tables.completions} d ON d.lesson_id = l.id AND d.student_id = e.student_id
       WHERE ${conditionSql}
       GROUP BY e.id`;

/** The columns that follow from the percentage `s.percent`. A completion is never taken back. */
export const followingColumnsSql = (nowSql: string): string => `
       completed = completed OR (s.percent = 100 AND left_at IS NULL),
       completion_date = CASE WHEN completion_date IS NULL AND s.percent = 100 AND left_at IS NULL
         THEN ${nowSql} ELSE completion_date END`;

/** The condition that the stored progress of an enrolment does not follow from the percentage `s.percent`. */
export const isChangedSql = '(progress_percentage <> s.percent OR (s.percent = 100 AND NOT completed))';

const storedTables = {
  enrollments: 'courses_courseenrollment',
  lessons: 'courses_lesson',
  completions: 'courses_lessoncompletion',
};

const shape = { studentId: int, percent: float, completed: bool };

/**
 * Recounts the progress of one learner (`studentId`) or of all learners of a course. The percentage is floor(100 · completed
 * mandatory published lessons / mandatory published lessons), or 0 if the course has no such lesson. A learner who has completed all
 * of these lessons completes the course, and a completion is never taken back (rules 1 and 2). The caller must lock the enrolment rows
 * before, so that this statement sees every committed completion and every committed change of the content.
 * @returns the progress of the one learner, or of all learners whose progress changed
 */
export async function recountProgress(
  database: Database,
  courseId: number,
  now: Date,
  studentId?: number,
): Promise<EnrollmentProgress[]> {
  const isForOneStudent = studentId !== undefined;
  const studentSql = isForOneStudent ? 'AND e.student_id = $3' : '';
  const lastAccessedSql = isForOneStudent ? 'last_accessed = $2,' : '';
  const changedOnlySql = isForOneStudent ? '' : `AND ${isChangedSql}`;
  return database.rows(
    shape,
    `UPDATE courses_courseenrollment SET
       progress_percentage = s.percent,
       ${lastAccessedSql}${followingColumnsSql('$2')}
     FROM (${percentagesSql(storedTables, `e.course_id = $1 ${studentSql}`)}
     ) AS s
     WHERE courses_courseenrollment.id = s.id
       ${changedOnlySql}
     RETURNING student_id AS "studentId", progress_percentage AS percent, completed`,
    isForOneStudent ? [courseId, now, studentId] : [courseId, now],
  );
}
