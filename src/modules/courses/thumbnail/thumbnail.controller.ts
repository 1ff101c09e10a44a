import { Body, Controller, Delete, Put } from '@nestjs/common';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { FileChoice } from '../../../platform/files/files.dto';
import { FileNotUsable } from '../../../platform/files/files.errors';
import { IfMatch } from '../../../platform/http/etag';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { Course } from '../course/course.dto';
import { CourseDetails } from '../course/course-details.query';
import { CourseNotFound, IsArchived, TeacherNotApproved } from '../courses.errors';
import { Thumbnails } from './thumbnails';

const editErrors = [CourseNotFound, Forbidden, TeacherNotApproved, IsArchived];

@Controller('courses/:id/thumbnail')
export class ThumbnailController {
  constructor(
    private readonly thumbnails: Thumbnails,
    private readonly details: CourseDetails,
  ) {}

  @Put()
  @Audited('courses.thumbnail-changed')
  @Route({
    summary: 'Set the picture of a course',
    description: 'First upload the picture with `POST /files?purpose=course-thumbnail`. It replaces the one before.',
    access: 'the teacher of the course and administrators',
    response: Course,
    errors: [...editErrors, FileNotUsable],
    versioned: true,
    tag: 'Courses',
  })
  async setCourseThumbnail(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @IfMatch() expectedVersion: number | null,
    @Body({ schema: FileChoice }) { fileId }: FileChoice,
  ): Promise<Course> {
    await this.thumbnails.set(actor, id, fileId, expectedVersion);
    return this.details.get(id, actor);
  }

  @Delete()
  @Audited('courses.thumbnail-removed')
  @Route({
    summary: 'Remove the picture of a course',
    access: 'the teacher of the course and administrators',
    response: Course,
    errors: editErrors,
    versioned: true,
    tag: 'Courses',
  })
  async removeCourseThumbnail(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @IfMatch() expectedVersion: number | null,
  ): Promise<Course> {
    await this.thumbnails.remove(actor, id, expectedVersion);
    return this.details.get(id, actor);
  }
}
