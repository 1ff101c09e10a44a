const countSql = (fromSql: string): string => `(SELECT count(*) FROM ${fromSql})`;
export const resultsOfLearnerSql = 'progress_exerciseresult r WHERE r.student_id = p.user_id';

/** The SQL that computes each stored total, by its column of `users_userprogress` (alias p). */
export const totalSqlByColumn: Record<string, string> = {
  total_courses_enrolled: countSql('courses_courseenrollment e WHERE e.student_id = p.user_id AND e.left_at IS NULL'),
  total_courses_completed: countSql('courses_courseenrollment e WHERE e.student_id = p.user_id AND e.completed'),
  total_lessons_completed: countSql('courses_lessoncompletion d WHERE d.student_id = p.user_id'),
  total_exercises_completed: countSql(`${resultsOfLearnerSql} AND r.passed_at IS NOT NULL`),
};
