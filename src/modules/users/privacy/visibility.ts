import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { findProvider } from '../../../platform/optional-provider';
import { Profiles, type VisiblePerson } from '../accounts/profiles';
import { isPublicTeacher, seesEverybody } from '../users.policy';
import type { PrivacyAudience } from './privacy-settings';

/** The module that keeps the enrolments implements this class, so that Users does not import that module. */
export abstract class Classmates {
  /** Whether both people are enrolled in the same course. */
  abstract shareCourse(personId: number, otherPersonId: number): Promise<boolean>;
}

/** How much of a profile a viewer sees. */
export interface VisibleProfile {
  isNameVisible: boolean;
  isImageVisible: boolean;
}

/** Decides what a person shows to others, by their privacy settings. */
@Injectable()
export class Visibility {
  constructor(
    private readonly modules: ModuleRef,
    private readonly profiles: Profiles,
  ) {}

  async profileFor(viewer: Actor, person: VisiblePerson): Promise<VisibleProfile> {
    if (seesEverybody(viewer, person.id) || isPublicTeacher(person))
      return { isNameVisible: true, isImageVisible: true };
    const { profile } = person.privacy;
    const isNameVisible = await this.isShown(viewer, person.id, profile);
    return { isNameVisible, isImageVisible: profile !== 'nobody' };
  }

  /** @throws UserNotFound, also for a closed account; Forbidden if the person does not show this part to the viewer */
  async require(viewer: Actor, personId: number, part: 'progress' | 'achievements'): Promise<void> {
    const { privacy } = await this.profiles.getVisibleTo(viewer, personId);
    if (seesEverybody(viewer, personId)) return;
    if (!(await this.isShown(viewer, personId, privacy[part])))
      throw new Forbidden('This person does not show it to you.');
  }

  private async isShown(viewer: Actor, personId: number, audience: PrivacyAudience): Promise<boolean> {
    if (audience !== 'classmates') return audience === 'everyone';
    // Without an implementation, no two people share a course.
    return (await findProvider(this.modules, Classmates)?.shareCourse(viewer.id, personId)) ?? false;
  }
}
