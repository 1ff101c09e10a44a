import { bool, float, int } from '../../../platform/database/columns';
import type { Database } from '../../../platform/database/database';

export interface Standing {
  studentId: number;
  percent: number;
  completed: boolean;
}

const shape = { studentId: int, percent: float, completed: bool };

/**
 * Sets the progress of a course's learners (of one, where `studentId` is given) to what the rows say: percent = floor(100 ·
 * completed mandatory published lessons / mandatory published lessons), 0 where there are none. Completion is sticky, and
 * follows when nothing is missing any more (rules 1 and 2). The enrolment rows must be locked before: then this
 * statement sees every completion and every change of the content that was committed.
 * @returns the learner's standing; for a whole course, that of the learners for whom something changed
 */
export async function recount(
  database: Database,
  courseId: number,
  now: Date,
  studentId?: number,
): Promise<Standing[]> {
  const one = studentId === undefined ? '' : 'AND e.student_id = $3';
  return database.rows(
    shape,
    `UPDATE courses_courseenrollment SET
       progress_percentage = s.percent,
       ${studentId === undefined ? '' : 'last_accessed = $2,'}
       completed = completed OR (s.percent = 100 AND left_at IS NULL),
       completion_date = CASE WHEN completion_date IS NULL AND s.percent = 100 AND left_at IS NULL
         THEN $2 ELSE completion_date END
     FROM (
       SELECT e.id AS id,
         CASE WHEN count(l.id) = 0 THEN 0 ELSE 100 * count(d.id) / count(l.id) END AS percent
       FROM courses_courseenrollment e
       LEFT JOIN courses_lesson l
         ON l.course_id = e.course_id AND l.is_published AND l.is_mandatory AND l.archived_at IS NULL
       LEFT JOIN courses_lessoncompletion d ON d.lesson_id = l.id AND d.student_id = e.student_id
       WHERE e.course_id = $1 ${one}
       GROUP BY e.id
     ) AS s
     WHERE courses_courseenrollment.id = s.id
       ${studentId === undefined ? 'AND (progress_percentage <> s.percent OR (s.percent = 100 AND NOT completed))' : ''}
     RETURNING student_id AS "studentId", progress_percentage AS percent, completed`,
    studentId === undefined ? [courseId, now] : [courseId, now, studentId],
  );
}
