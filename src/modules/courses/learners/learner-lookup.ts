import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { LearnerStates } from './learner-states';
import { findProvider } from '../../../platform/optional-provider';

/** Tells Courses about enrolments. A higher module provides the class, so that Courses does not import that module. */
export abstract class LessonAccess {
  /** Whether the student may read the content of the course because of an enrolment. */
  abstract canRead(studentId: number, courseId: number): Promise<boolean>;
}

/**
 * Whether learner data refers to an object that is to be deleted. If so, the object is archived instead (rule 4). A higher
 * module provides the class.
 */
export abstract class LearnerRecords {
  /** True if any student is, or ever was, enrolled. */
  abstract existForCourse(courseId: number): Promise<boolean>;
  /** True if there is a completion, or a record of one of the lesson's exercises. */
  abstract existForLesson(lessonId: number): Promise<boolean>;
  /** True if there is an attempt, a submission or a result. */
  abstract existForExercise(exerciseId: number): Promise<boolean>;
}

/**
 * Finds the classes of the higher modules when they are called, because those modules are created after this one. If there
 * is no such module, no student counts as enrolled, and every object counts as having learner records.
 */
@Injectable()
export class LearnerLookup {
  constructor(private readonly modules: ModuleRef) {}

  async canRead(studentId: number, courseId: number): Promise<boolean> {
    const lessonAccess = findProvider(this.modules, LessonAccess);
    return lessonAccess ? lessonAccess.canRead(studentId, courseId) : false;
  }

  async hasRecords(check: keyof LearnerRecords, id: number): Promise<boolean> {
    const learnerRecords = findProvider(this.modules, LearnerRecords);
    return learnerRecords ? learnerRecords[check](id) : true;
  }

  /** Undefined if no module knows learners. Responses then have no own state. */
  get states(): LearnerStates | undefined {
    return findProvider(this.modules, LearnerStates);
  }
}
