import { Injectable } from '@nestjs/common';
import type { Actor } from '../auth/actor';
import { Forbidden } from '../errors/access.errors';
import { ValidationFailed } from '../http/problems/http.errors';
import { isLargeKind, type FileKind } from './upload/file-types';

/** What a file hangs on: its table as `module.thing`, and its id. */
export interface FileThing {
  type: string;
  id: number;
}

/** Returns whether the viewer may see the files of this purpose that hang on the thing. The owner always sees their file. */
export type FileAudience = (viewer: Actor, thing: FileThing) => Promise<boolean>;

/** What files are uploaded for. The module that attaches them registers it. */
export interface FilePurpose {
  /** In lower case with hyphens, such as `profile-image`. It is stored with each file. */
  name: string;
  accepts: readonly FileKind[];
  /** True if the file is removed when its owner leaves. False if it belongs to the school, such as the picture of a course. */
  isPersonal: boolean;
  mayUpload(actor: Actor): boolean;
  audience: FileAudience;
}

/** The purposes that the modules have registered. */
@Injectable()
export class FilePurposes {
  private readonly purposes = new Map<string, FilePurpose>();

  register(purpose: FilePurpose): void {
    if (this.purposes.has(purpose.name)) throw new Error(`Two purposes of files are named ${purpose.name}`);
    this.purposes.set(purpose.name, purpose);
  }

  /** @throws ValidationFailed, Forbidden */
  requireUploadable(name: string, actor: Actor): FilePurpose {
    const purpose = this.purposes.get(name);
    if (!purpose) {
      const message = `Must be one of ${[...this.purposes.keys()].join(', ')}`;
      throw new ValidationFailed([{ pointer: '/query/purpose', message, rule: 'purpose' }]);
    }
    if (!purpose.mayUpload(actor)) throw new Forbidden('Your role does not upload files for this purpose.');
    return purpose;
  }

  /** @throws Error if no module has registered it */
  get(name: string): FilePurpose {
    const purpose = this.purposes.get(name);
    if (!purpose) throw new Error(`No module has registered files for ${name}`);
    return purpose;
  }

  async canSee(viewer: Actor, purpose: string, thing: FileThing): Promise<boolean> {
    return (await this.purposes.get(purpose)?.audience(viewer, thing)) ?? false;
  }

  /** What the purpose accepts of the kinds that are sent in several requests. */
  largeKindsOf(name: string): FileKind[] {
    return this.purposes.get(name)?.accepts.filter(isLargeKind) ?? [];
  }

  /** The purposes of large files, whose unused bytes are limited apart from those of others. */
  get large(): string[] {
    return [...this.purposes.keys()].filter((name) => this.largeKindsOf(name).length > 0);
  }

  get personal(): string[] {
    return [...this.purposes.values()].filter(({ isPersonal }) => isPersonal).map(({ name }) => name);
  }
}
