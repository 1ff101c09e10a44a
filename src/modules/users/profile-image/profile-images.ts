import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { FilePurposes, type FileThing } from '../../../platform/files/file-purposes';
import { Files } from '../../../platform/files/files';
import { Clock } from '../../../platform/time/clock';
import { personColumns, personShape, type Person } from '../accounts/person';
import { Profiles } from '../accounts/profiles';
import { Visibility } from '../privacy/visibility';
import { UserNotFound } from '../users.errors';

const purpose = 'profile-image';
const thingOf = (id: number): FileThing => ({ type: 'users.user', id });

/** The pictures of people. The column also holds the links of imported people, which stay until they upload a picture. */
@Injectable()
export class ProfileImages implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly files: Files,
    private readonly purposes: FilePurposes,
    private readonly profiles: Profiles,
    private readonly visibility: Visibility,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.purposes.register({
      name: purpose,
      accepts: ['picture'],
      isPersonal: true,
      mayUpload: () => true,
      audience: (viewer, { id }) => this.isVisible(viewer, id),
    });
  }

  /** The old picture is removed later. @throws FileNotUsable */
  async set(userId: number, fileId: number): Promise<Person> {
    const to = thingOf(userId);
    return this.database.transaction(async () => {
      const reference = await this.files.attach({ fileId, ownerId: userId, purpose, to, shownAs: '320' });
      await this.files.detach(purpose, to, fileId);
      return this.store(userId, reference);
    });
  }

  async remove(userId: number): Promise<Person> {
    return this.database.transaction(async () => {
      await this.files.detach(purpose, thingOf(userId));
      return this.store(userId, '');
    });
  }

  private async store(userId: number, reference: string): Promise<Person> {
    const sql = `UPDATE users_user SET profile_image = $2, updated_at = $3, version = version + 1
       WHERE id = $1 RETURNING ${personColumns}`;
    const person = await this.database.row(personShape, sql, [userId, reference, this.clock.now()]);
    if (!person) throw new UserNotFound();
    return person;
  }

  /** Like the picture in the profile. */
  private async isVisible(viewer: Actor, userId: number): Promise<boolean> {
    try {
      const person = await this.profiles.getVisibleTo(viewer, userId);
      return (await this.visibility.profileFor(viewer, person)).isImageVisible;
    } catch (error) {
      if (error instanceof UserNotFound) return false;
      throw error;
    }
  }
}
