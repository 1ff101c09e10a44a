import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Actor } from '../../../platform/auth/actor';
import type { Person } from './person';
import { isNameVisibleTo } from '../users.policy';

/**
 * Answers from the enrolments, which this module does not know. The module that keeps the enrolments provides the
 * implementation, so that Users does not import it.
 */
export abstract class Classmates {
  /** Whether both people are enrolled in the same course. */
  abstract shareCourse(personId: number, otherId: number): Promise<boolean>;
}

/** Decides who may see the real name and the biography of a person. */
@Injectable()
export class NameVisibility {
  constructor(private readonly modules: ModuleRef) {}

  async canSeeName(viewer: Actor, person: Person): Promise<boolean> {
    if (isNameVisibleTo(viewer, person)) return true;
    return (await this.classmates?.shareCourse(viewer.id, person.id)) ?? false;
  }

  /**
   * Resolved at the first call because Nest creates the provider after this one. Without a provider, no two people share a
   * course.
   */
  private get classmates(): Classmates | undefined {
    try {
      return this.modules.get(Classmates, { strict: false });
    } catch {
      return undefined;
    }
  }
}
