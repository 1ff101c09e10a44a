/**
 * The id of the lesson with which the student of an enrolment (alias e) continues: the first published lesson, in teaching order, that
 * they have not completed.
 */
export const nextLessonIdSql = `(
  SELECT n.id FROM courses_lesson n
  WHERE n.course_id = e.course_id AND n.is_published AND n.archived_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM courses_lessoncompletion nd WHERE nd.lesson_id = n.id AND nd.student_id = e.student_id)
  ORDER BY n."order", n.id LIMIT 1)`;
