import { DomainEvent } from '../../platform/events/domain-event';

/** The course is published, so students can enrol. */
export class CoursePublished extends DomainEvent<{ courseId: number; teacherId: number }> {
  static override readonly type = 'courses.course-published.v1';
}

/** The course is archived, so no student can enrol any more. Enrolled students can still read it. */
export class CourseArchived extends DomainEvent<{ courseId: number; teacherId: number }> {
  static override readonly type = 'courses.course-archived.v1';
}

/**
 * The set of published mandatory lessons has changed. The handler recomputes the progress of every student in the same
 * transaction (rules 1, 2 and 4). The transaction holds the lock on the row of the course.
 */
export class CourseContentChanged extends DomainEvent<{ courseId: number }> {
  static override readonly type = 'courses.course-content-changed.v1';
}

/** The course has another teacher. */
export class CourseHandedOver extends DomainEvent<{ courseId: number; fromTeacherId: number; teacherId: number }> {
  static override readonly type = 'courses.course-handed-over.v1';
}

/** The teacher released all grades of an exercise. Grades that are given from now on are not held. */
export class GradesReleased extends DomainEvent<{ exerciseId: number }> {
  static override readonly type = 'courses.grades-released.v1';
}

/** The answer key has changed, so earlier grades may be wrong. The event does not contain the key (rule 7). */
export class AnswerKeyChanged extends DomainEvent<{ exerciseId: number }> {
  static override readonly type = 'courses.answer-key-changed.v1';
}
