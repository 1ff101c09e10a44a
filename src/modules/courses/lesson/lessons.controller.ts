import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { BodyLimit } from '../../../platform/http/limits/body-limit';
import { Forbidden } from '../../../platform/errors/access.errors';
import { FileNotUsable } from '../../../platform/files/files.errors';
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
import { LessonReader } from './lessons.query';
import { Removal } from '../deletion';
import { rewardRules } from '../reward-caps';

const editErrors = [Forbidden, TeacherNotApproved];

@Controller()
export class LessonsController {
  constructor(
    private readonly lessons: Lessons,
    private readonly archive: LessonArchive,
    private readonly reader: LessonReader,
  ) {}

  @Get('courses/:id/lessons')
  @Route({
    summary: 'List the lessons of a course',
    access: 'every person who is signed in and can read the course',
    description: 'The lessons are in teaching order. Students see the published lessons only.',
    response: LessonSummaryPage,
    errors: [CourseNotFound, Forbidden],
  })
  listLessons(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @Query({ schema: LessonQuery }) query: LessonQuery,
  ): Promise<Page<LessonSummary>> {
    return this.reader.listOfCourse(id, actor, query);
  }

  @Post('courses/:id/lessons')
  @BodyLimit('work')
  @Audited('courses.lesson-created', { creates: 'lessons' })
  @Route({
    summary: 'Add a lesson to a course',
    rules: {
      ...rewardRules,
      servable_content: 'A published lesson has the content that its type needs.',
    },
    access: 'the teacher of the course and administrators',
    description:
      'The lesson is published at once unless `isPublished` is false. A published lesson must have content to show.',
    response: Lesson,
    status: 201,
    location: '/lessons/{id}',
    idempotent: true,
    versioned: true,
    errors: [...editErrors, CourseNotFound, IsArchived, LimitReached, FileNotUsable],
  })
  async createLesson(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @Body({ schema: NewLesson }) lesson: NewLesson,
  ): Promise<Lesson> {
    return this.reader.get(await this.lessons.create(actor, id, lesson), actor);
  }

  @Get('lessons/:id')
  @Route({
    summary: 'Read a lesson',
    access: 'enrolled students, the teacher of the course and administrators',
    description:
      'The response has all exercises of the lesson, and your own state in `mine` of the lesson and of each exercise. Reading a lesson moves `lastAccessedAt` of your enrolment, at most once in five minutes.',
    response: Lesson,
    errors: [LessonNotFound, EnrollmentRequired],
    versioned: true,
  })
  getLesson(@Id() id: number, @CurrentActor() actor: Actor): Promise<Lesson> {
    return this.reader.open(id, actor);
  }

  @Patch('lessons/:id')
  @BodyLimit('work')
  @Audited('courses.lesson-changed')
  @Route({
    summary: 'Change a lesson',
    rules: {
      ...rewardRules,
      servable_content: 'A published lesson has the content that its type needs.',
    },
    access: 'the teacher of the course and administrators',
    response: Lesson,
    errors: [...editErrors, LessonNotFound, IsArchived, FileNotUsable],
    versioned: true,
  })
  async updateLesson(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @IfMatch() expectedVersion: number | null,
    @Body({ schema: LessonChanges }) changes: LessonChanges,
  ): Promise<Lesson> {
    await this.lessons.change(actor, id, changes, expectedVersion);
    return this.reader.get(id, actor);
  }

  @Delete('lessons/:id')
  @Audited('courses.lesson-removed')
  @Route({
    summary: 'Remove a lesson',
    access: 'the teacher of the course and administrators',
    description: 'The lesson is archived if learner data refers to it. Otherwise it is deleted with its exercises.',
    response: Removal,
    errors: [...editErrors, LessonNotFound, IsArchived],
  })
  deleteLesson(@Id() id: number, @CurrentActor() actor: Actor): Promise<Removal> {
    return this.archive.remove(actor, id);
  }
}
