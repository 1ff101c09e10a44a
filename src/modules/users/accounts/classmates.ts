import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Actor } from '../../../platform/auth/actor';
import type { Person } from './person';
import { isNameVisibleTo } from '../users.policy';
import { findProvider } from '../../../platform/optional-provider';

/** The module that keeps the enrolments implements this class, so that Users does not import that module. */
export abstract class Classmates {
  /** Whether both people are enrolled in the same course. */
  abstract shareCourse(personId: number, otherPersonId: number): Promise<boolean>;
}

/** Decides who may see the real name and the biography of a person. */
@Injectable()
export class NameVisibility {
  constructor(private readonly modules: ModuleRef) {}

  async canSeeName(viewer: Actor, person: Person): Promise<boolean> {
    if (isNameVisibleTo(viewer, person)) return true;
    // Without an implementation, no two people share a course.
    return (await findProvider(this.modules, Classmates)?.shareCourse(viewer.id, person.id)) ?? false;
  }
}
