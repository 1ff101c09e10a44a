import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';

/** What Courses asks of whoever keeps the enrolments: provided by a module above, so that no import points upwards. */
export abstract class LessonAccess {
  /** The student's enrolment in the course stands, so its content may be read. */
  abstract mayRead(studentId: number, courseId: number): Promise<boolean>;
}

/** What Courses asks of whoever keeps learner data, before it deletes: true means archive (rule 4). */
export abstract class LearnerTraces {
  /** Anybody is, or ever was, enrolled. */
  abstract ofCourse(courseId: number): Promise<boolean>;
  /** A completion, or a trace of one of the lesson's exercises. */
  abstract ofLesson(lessonId: number): Promise<boolean>;
  /** An attempt, a submission or a result. */
  abstract ofExercise(exerciseId: number): Promise<boolean>;
}

/**
 * The answers of the modules above, found when first asked: they are made after this one. Without such a module nobody is
 * enrolled as far as we know, and nothing is known to be untouched.
 */
@Injectable()
export class Learners {
  constructor(private readonly modules: ModuleRef) {}

  async mayRead(studentId: number, courseId: number): Promise<boolean> {
    return (await this.find(LessonAccess)?.mayRead(studentId, courseId)) ?? false;
  }

  async leftTraces(on: keyof LearnerTraces, id: number): Promise<boolean> {
    return (await this.find(LearnerTraces)?.[on](id)) ?? true;
  }

  private find<T>(question: abstract new () => T): T | undefined {
    try {
      return this.modules.get(question, { strict: false });
    } catch {
      return undefined;
    }
  }
}
