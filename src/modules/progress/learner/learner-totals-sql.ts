const countOf = (rows: string): string => `(SELECT count(*) FROM ${rows})`;
export const results = 'progress_exerciseresult r WHERE r.student_id = p.user_id';

/** What each stored total must equal, by its column of `users_userprogress` (alias p). */
export const totals: Record<string, string> = {
  total_courses_enrolled: countOf('courses_courseenrollment e WHERE e.student_id = p.user_id AND e.left_at IS NULL'),
  total_courses_completed: countOf('courses_courseenrollment e WHERE e.student_id = p.user_id AND e.completed'),
  total_lessons_completed: countOf('courses_lessoncompletion d WHERE d.student_id = p.user_id'),
  total_exercises_completed: countOf(`${results} AND r.passed_at IS NOT NULL`),
};
