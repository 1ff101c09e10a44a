import { DomainEvent } from '../../platform/events/domain-event';

/** Students may enrol from now on. */
export class CoursePublished extends DomainEvent<{ courseId: number; teacherId: number }> {
  static override readonly type = 'courses.course-published.v1';
}

/** Nobody can enrol any more; who was enrolled reads on. */
export class CourseArchived extends DomainEvent<{ courseId: number; teacherId: number }> {
  static override readonly type = 'courses.course-archived.v1';
}

/**
 * The set of published mandatory lessons is another one: everybody's percentage follows in this same transaction (rules 1, 2
 * and 4). The course's row is locked until its end.
 */
export class CourseContentChanged extends DomainEvent<{ courseId: number }> {
  static override readonly type = 'courses.course-content-changed.v1';
}

/** Grades given with the key before may be wrong. Never tells the key (rule 7). */
export class AnswerKeyChanged extends DomainEvent<{ exerciseId: number }> {
  static override readonly type = 'courses.answer-key-changed.v1';
}
