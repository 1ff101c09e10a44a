import { Check, Entity, Index, Unique } from 'typeorm';
import { Id, Reference } from '../../../platform/database/entity';

/** A student must complete `toCourse` before enrolling in `fromCourse`. The prerequisites never form a cycle. */
@Entity('courses_course_prerequisites')
@Unique('courses_course_prerequisites_edge', ['fromCourseId', 'toCourseId'])
@Index('courses_course_prerequisites_to_course', ['toCourseId'])
@Check('courses_course_prerequisites_not_itself', '"from_course_id" <> "to_course_id"')
export class CoursePrerequisite {
  @Id() id: number;
  @Reference('Course', 'courses_course_prerequisites_from_fk', 'CASCADE') fromCourseId: number;
  @Reference('Course', 'courses_course_prerequisites_to_fk', 'CASCADE') toCourseId: number;
}
