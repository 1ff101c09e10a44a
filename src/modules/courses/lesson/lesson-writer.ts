import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { readReference } from '../../../platform/files/file-addresses';
import { Files } from '../../../platform/files/files';
import { Clock } from '../../../platform/time/clock';
import type { LessonChanges, Material, NewLesson } from './lesson.dto';
import { Lesson } from './lesson.entity';
import type { LessonRow } from './lesson.rows';
import { lessonThing, materialPurpose } from '../materials/material-files';

type StoredMaterials = Lesson['materials'];

/** Writes the rows of lessons, and attaches the files of their materials, in the open transaction. */
@Injectable()
export class LessonWriter {
  constructor(
    private readonly database: Database,
    private readonly files: Files,
    private readonly clock: Clock,
  ) {}

  /** @throws FileNotUsable */
  async insert(actor: Actor, lesson: Omit<NewLesson, 'order'> & { courseId: number; order: number }): Promise<number> {
    const lessons = this.database.repository(Lesson);
    const now = this.clock.now();
    const row = { ...lesson, materials: [], createdAt: now, updatedAt: now };
    const id = (await lessons.insert(row)).identifiers[0]?.id as number;
    const materials = await this.attach(actor, id, [], lesson.materials);
    if (materials.length > 0) await lessons.update({ id }, { materials });
    return id;
  }

  /** @throws FileNotUsable */
  async update(
    actor: Actor,
    before: LessonRow,
    { materials, ...changes }: Omit<LessonChanges, 'order'>,
  ): Promise<void> {
    const { id, version } = before;
    const stored = materials && { materials: await this.attach(actor, id, before.materials, materials) };
    const changedColumns = { ...changes, ...stored, version: version + 1, updatedAt: this.clock.now() };
    await this.database.repository(Lesson).update({ id }, changedColumns);
  }

  /** Attaches new files, and detaches those that are not in the list any more. Files of the lesson itself stay as they are. */
  private async attach(
    actor: Actor,
    lessonId: number,
    before: StoredMaterials,
    materials: readonly Material[],
  ): Promise<StoredMaterials> {
    const to = lessonThing(lessonId);
    const references = new Map(before.map(({ url }) => [readReference(url)?.id, url]));
    const stored: StoredMaterials = [];
    for (const { title, url, fileId } of materials) {
      if (typeof fileId !== 'number') {
        stored.push({ title, url: url! });
        continue;
      }
      const file = { fileId, ownerId: actor.id, purpose: materialPurpose, to, shownAs: 'original' } as const;
      const reference = references.get(fileId) ?? (await this.files.attach(file));
      references.set(fileId, reference);
      stored.push({ title, url: reference });
    }
    const kept = materials.flatMap(({ fileId }) => fileId ?? []);
    const filesBefore = before.flatMap(({ url }) => readReference(url)?.id ?? []);
    if (filesBefore.some((id) => !kept.includes(id))) await this.files.detach(materialPurpose, to, kept);
    return stored;
  }
}
