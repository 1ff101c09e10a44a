import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Actor } from '../../../platform/auth/actor';
import type { Person } from './person';
import { isNameOpenTo } from '../users.policy';

/** What Users asks of whoever keeps the enrolments: provided by a module above, so that no import points upwards. */
export abstract class Classmates {
  /** Both are enrolled in the same course. */
  abstract shareCourse(personId: number, otherId: number): Promise<boolean>;
}

/** Who sees the real name of a person, and what they wrote about themselves. */
@Injectable()
export class Acquaintances {
  constructor(private readonly modules: ModuleRef) {}

  async mayKnow(viewer: Actor, person: Person): Promise<boolean> {
    if (isNameOpenTo(viewer, person)) return true;
    return (await this.classmates?.shareCourse(viewer.id, person.id)) ?? false;
  }

  /** Found when first asked: it is made after this one. Without such a module nobody shares a course. */
  private get classmates(): Classmates | undefined {
    try {
      return this.modules.get(Classmates, { strict: false });
    } catch {
      return undefined;
    }
  }
}
