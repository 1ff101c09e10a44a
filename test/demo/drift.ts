import { int, type Value } from '../../src/platform/database/columns';
import type { School } from '../support/school';

/** For each stored counter: the number of rows whose value differs from the count of the underlying rows. All must be 0. */
const driftQueries: Record<string, string> = {
  'enrolled courses': `SELECT count(*) AS n FROM users_userprogress p WHERE total_courses_enrolled <>
    (SELECT count(*) FROM courses_courseenrollment e WHERE e.student_id = p.user_id AND e.left_at IS NULL)`,
  'completed courses': `SELECT count(*) AS n FROM users_userprogress p WHERE total_courses_completed <>
    (SELECT count(*) FROM courses_courseenrollment e WHERE e.student_id = p.user_id AND e.completed)`,
  'completed lessons': `SELECT count(*) AS n FROM users_userprogress p WHERE total_lessons_completed <>
    (SELECT count(*) FROM courses_lessoncompletion d WHERE d.student_id = p.user_id)`,
  'passed exercises': `SELECT count(*) AS n FROM users_userprogress p WHERE total_exercises_completed <>
    (SELECT count(*) FROM progress_exerciseresult r WHERE r.student_id = p.user_id AND r.passed_at IS NOT NULL)`,
  'average scores': `SELECT count(*) AS n FROM users_userprogress p WHERE abs(average_score -
    COALESCE((SELECT avg(score_percent) FROM progress_exerciseresult r WHERE r.student_id = p.user_id), 0)) > 0.000001`,
  'attempts used': `SELECT count(*) AS n FROM progress_exerciseresult r WHERE attempts_used <>
    (SELECT count(*) FROM courses_exercisesubmission w WHERE w.student_id = r.student_id AND w.exercise_id = r.exercise_id)`,
  achievements: `SELECT count(*) AS n FROM users_userprogress p WHERE achievements_earned <>
    (SELECT count(*) FROM rewards_achievement a WHERE a.user_id = p.user_id AND a.progress = 100)`,
  'taken seats': `SELECT count(*) AS n FROM courses_course c WHERE enrolled_count <>
    (SELECT count(*) FROM courses_courseenrollment e WHERE e.course_id = c.id AND e.left_at IS NULL)`,
  lessons: `SELECT count(*) AS n FROM courses_course c WHERE lesson_count <>
    (SELECT count(*) FROM courses_lesson l WHERE l.course_id = c.id AND l.is_published AND l.archived_at IS NULL)`,
  percentages: `SELECT count(*) AS n FROM courses_courseenrollment e WHERE progress_percentage <>
    (SELECT 100 * count(d.id) / count(*) FROM courses_lesson l
     LEFT JOIN courses_lessoncompletion d ON d.lesson_id = l.id AND d.student_id = e.student_id
     WHERE l.course_id = e.course_id AND l.is_mandatory AND l.is_published AND l.archived_at IS NULL)`,
  'unread notifications': `SELECT count(*) AS n FROM users_user u WHERE
    COALESCE((SELECT unread FROM notifications_unreadcount c WHERE c.user_id = u.id), 0) <>
    (SELECT count(*) FROM notifications_notification n WHERE n.user_id = u.id AND NOT n.is_read)`,
  'activity days': `SELECT count(*) AS n FROM users_userprogress p WHERE last_activity_on IS NOT NULL AND last_activity_on <>
    (SELECT max(local_date) FROM progress_activityday a WHERE a.user_id = p.user_id)`,
};

/** The number of wrong rows of each stored counter that is not right. */
export async function driftOf(school: School): Promise<Record<string, number>> {
  const drift: Record<string, number> = {};
  for (const [name, sql] of Object.entries(driftQueries)) {
    const wrongCount = await count(school, sql);
    if (wrongCount > 0) drift[name] = wrongCount;
  }
  return drift;
}

export async function count(school: School, sql: string, values: Value[] = []): Promise<number> {
  return (await school.database.row({ n: int }, sql, values))!.n;
}

export const rowsIn = (school: School, table: string): Promise<number> =>
  count(school, `SELECT count(*) AS n FROM ${table}`);

/** The number of streaks that the job corrects. It must be 0, because they were computed when the school was made. */
export async function recomputedStreaks(school: School): Promise<number> {
  // Makes the job check every person again, even those it has checked before.
  await school.database.transaction(() =>
    school.database.run('UPDATE users_userprogress SET streak_checked_at = NULL'),
  );
  return ((await school.job('progress:recompute-streaks')) as { changed: number }).changed;
}

export const violations = async (school: School): Promise<number> =>
  ((await school.job('rewards:audit')) as { violations: number }).violations;
