import { versionShards } from '../../platform/database/schema/version-triggers';

/*
 * The versions of the content of cached answers (`AnswerCache`). Triggers change the version of a course when its row, a lesson or a
 * prerequisite changes, and the version of a person when their name, role or approval changes (the migration of content versions).
 */

/** The catalogue may show each course, with its teacher. */
export const catalogueVersionsSql = `(v.topic = 'course' OR v.topic = 'person')`;

/** The page of the course with the id $1 shows the course, its teacher and the titles of its prerequisites. */
export const courseVersionsSql = `(v.topic, v.shard) IN (
  SELECT 'course', CAST($1 AS int8) % ${versionShards}
  UNION ALL SELECT 'person', c.teacher_id % ${versionShards} FROM courses_course c WHERE c.id = $1
  UNION ALL SELECT 'course', p.to_course_id % ${versionShards} FROM courses_course_prerequisites p WHERE p.from_course_id = $1)`;
