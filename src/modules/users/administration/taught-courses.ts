import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { findProvider } from '../../../platform/optional-provider';

/** The module that keeps the courses implements this class, so that Users does not import that module. */
export abstract class TaughtCourses {
  /** Returns the number of published courses whose teacher is this person. */
  abstract countPublished(teacherId: number): Promise<number>;
}

@Injectable()
export class PublishedCourses {
  constructor(private readonly modules: ModuleRef) {}

  /** Returns 0 without an implementation, because nobody teaches then. */
  async countOf(teacherId: number): Promise<number> {
    return (await findProvider(this.modules, TaughtCourses)?.countPublished(teacherId)) ?? 0;
  }
}
