import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { BodyLimit } from '../../../platform/http/body-limit';
import { Forbidden } from '../../../platform/errors/access.errors';
import { IfMatch } from '../../../platform/http/etag';
import type { Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import {
  CourseNotFound,
  EnrollmentRequired,
  IsArchived,
  LessonNotFound,
  LimitReached,
  TeacherNotApproved,
} from '../courses.errors';
import { Lesson, LessonChanges, LessonQuery, LessonSummaryPage, NewLesson, type LessonSummary } from './lesson.dto';
import { Lessons } from './lessons';
import { LessonArchive } from './lesson-archive';
import { LessonPages } from './lessons.query';
import { Removal } from '../removal';

const authoring = [Forbidden, TeacherNotApproved];

@Controller()
export class LessonsController {
  constructor(
    private readonly lessons: Lessons,
    private readonly archive: LessonArchive,
    private readonly pages: LessonPages,
  ) {}

  @Get('courses/:id/lessons')
  @Route({
    summary: 'List the lessons of a course',
    description: 'In teaching order. Students see the published ones.',
    response: LessonSummaryPage,
    errors: [CourseNotFound, Forbidden],
  })
  list(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @Query({ schema: LessonQuery }) query: LessonQuery,
  ): Promise<Page<LessonSummary>> {
    return this.pages.ofCourse(id, actor, query);
  }

  @Post('courses/:id/lessons')
  @BodyLimit('work')
  @Route({
    summary: 'Add a lesson to a course',
    description: 'Published at once unless `isPublished` is false; then it must have something to show.',
    response: Lesson,
    status: 201,
    idempotent: true,
    versioned: true,
    errors: [...authoring, CourseNotFound, IsArchived, LimitReached],
  })
  async create(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @Body({ schema: NewLesson }) lesson: NewLesson,
  ): Promise<Lesson> {
    return this.pages.one(await this.lessons.create(actor, id, lesson), actor);
  }

  @Get('lessons/:id')
  @Route({
    summary: 'Read a lesson',
    description: 'For those enrolled in the course, its teacher and administrators.',
    response: Lesson,
    errors: [LessonNotFound, EnrollmentRequired],
    versioned: true,
  })
  show(@Id() id: number, @CurrentActor() actor: Actor): Promise<Lesson> {
    return this.pages.one(id, actor);
  }

  @Patch('lessons/:id')
  @BodyLimit('work')
  @Route({
    summary: 'Change a lesson',
    response: Lesson,
    errors: [...authoring, LessonNotFound, IsArchived],
    versioned: true,
  })
  async change(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @IfMatch() expected: number | null,
    @Body({ schema: LessonChanges }) changes: LessonChanges,
  ): Promise<Lesson> {
    await this.lessons.change(actor, id, changes, expected);
    return this.pages.one(id, actor);
  }

  @Delete('lessons/:id')
  @Route({
    summary: 'Remove a lesson',
    description: 'Archived when learner data hangs on it, else deleted with its exercises.',
    response: Removal,
    errors: [...authoring, LessonNotFound, IsArchived],
  })
  remove(@Id() id: number, @CurrentActor() actor: Actor): Promise<Removal> {
    return this.archive.remove(actor, id);
  }
}
