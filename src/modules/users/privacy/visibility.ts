import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Actor } from '../../../platform/auth/actor';
import { json } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Forbidden } from '../../../platform/errors/access.errors';
import { findProvider } from '../../../platform/optional-provider';
import type { Person } from '../accounts/person';
import { Profiles } from '../accounts/profiles';
import { isPublicTeacher, seesEverybody } from '../users.policy';
import { effectivePrivacy, type PrivacySettings } from './privacy-settings';

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
    private readonly database: Database,
    private readonly profiles: Profiles,
  ) {}

  async profileFor(viewer: Actor, person: Person): Promise<VisibleProfile> {
    if (seesEverybody(viewer, person.id) || isPublicTeacher(person))
      return { isNameVisible: true, isImageVisible: true };
    const privacy = await this.get(person.id);
    const isNameVisible = await this.isShown(viewer, person.id, privacy.profile);
    return { isNameVisible, isImageVisible: privacy.profile !== 'nobody' };
  }

  /** @throws UserNotFound, also for a closed account; Forbidden if the person does not show this part to the viewer */
  async require(viewer: Actor, personId: number, part: 'progress' | 'achievements'): Promise<void> {
    await this.profiles.getVisibleTo(viewer, personId);
    if (seesEverybody(viewer, personId)) return;
    const privacy = await this.get(personId);
    if (!(await this.isShown(viewer, personId, privacy[part])))
      throw new Forbidden('This person does not show it to you.');
  }

  private async isShown(viewer: Actor, personId: number, audience: PrivacySettings['profile']): Promise<boolean> {
    if (audience !== 'classmates') return audience === 'everyone';
    // Without an implementation, no two people share a course.
    return (await findProvider(this.modules, Classmates)?.shareCourse(viewer.id, personId)) ?? false;
  }

  private async get(personId: number): Promise<PrivacySettings> {
    const sql = 'SELECT privacy_settings AS stored FROM users_usersettings WHERE user_id = $1';
    const row = await this.database.row({ stored: json }, sql, [personId]);
    return effectivePrivacy(row?.stored);
  }
}
