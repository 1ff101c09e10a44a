import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { FilePurposes, type FileThing } from '../../../platform/files/file-purposes';
import { EnrollmentRequired, LessonNotFound } from '../courses.errors';
import { LessonReader } from '../lesson/lessons.query';

export const materialPurpose = 'material';
export const lessonThing = (id: number): FileThing => ({ type: 'courses.lesson', id });

/** The files of lessons. They belong to the school, so they stay when their teacher leaves. */
@Injectable()
export class MaterialFiles implements OnModuleInit {
  constructor(
    private readonly purposes: FilePurposes,
    private readonly reader: LessonReader,
  ) {}

  onModuleInit(): void {
    this.purposes.register({
      name: materialPurpose,
      accepts: ['picture', 'document'],
      isPersonal: false,
      mayUpload: ({ role }) => role !== 'student',
      audience: (viewer, { id }) => this.isVisible(viewer, id),
    });
  }

  /** Who may open the lesson. */
  private async isVisible(viewer: Actor, lessonId: number): Promise<boolean> {
    try {
      await this.reader.get(lessonId, viewer);
      return true;
    } catch (error) {
      if (error instanceof LessonNotFound || error instanceof EnrollmentRequired) return false;
      throw error;
    }
  }
}
