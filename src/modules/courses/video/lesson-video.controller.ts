import { Body, Controller, Put } from '@nestjs/common';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { FileChoice } from '../../../platform/files/files.dto';
import { FileNotUsable } from '../../../platform/files/files.errors';
import { IfMatch } from '../../../platform/http/etag';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { IsArchived, LessonNotFound, TeacherNotApproved } from '../courses.errors';
import { Lesson } from '../lesson/lesson.dto';
import { LessonReader } from '../lesson/lessons.query';
import { LessonVideos } from './lesson-videos';

@Controller('lessons/:id/video')
export class LessonVideoController {
  constructor(
    private readonly videos: LessonVideos,
    private readonly reader: LessonReader,
  ) {}

  @Put()
  @Audited('courses.lesson-video-changed')
  @Route({
    summary: 'Set the video of a lesson',
    description:
      'First upload it with `POST /uploads?purpose=lesson-video`, and wait until the file is `clean`. `videoUrl` is then its address. To remove it, change `videoUrl`.',
    access: 'the teacher of the course and administrators',
    response: Lesson,
    errors: [LessonNotFound, Forbidden, TeacherNotApproved, IsArchived, FileNotUsable],
    versioned: true,
    tag: 'Lessons',
  })
  async setLessonVideo(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @IfMatch() expectedVersion: number | null,
    @Body({ schema: FileChoice }) { fileId }: FileChoice,
  ): Promise<Lesson> {
    await this.videos.set(actor, id, fileId, expectedVersion);
    return this.reader.get(id, actor);
  }
}
