import { Body, Controller, Delete, Put } from '@nestjs/common';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { IfMatch } from '../../../platform/http/etag';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import {
  CourseNotFound,
  IsArchived,
  LessonNotFound,
  LessonNotServable,
  LimitReached,
  TeacherNotApproved,
} from '../courses.errors';
import { CourseDetails } from '../course/course-details.query';
import { Lesson, LessonOrder, NewLessonOrder } from './lesson.dto';
import { Lessons } from './lessons';
import { LessonArchive } from './lesson-archive';
import { LessonReader } from './lessons.query';
import { LessonPublication } from './lesson-publication';

const editErrors = [Forbidden, TeacherNotApproved, IsArchived];

/** Routes for the publication, the archive and the order of lessons. */
@Controller()
export class LessonStatesController {
  constructor(
    private readonly lessons: Lessons,
    private readonly publication: LessonPublication,
    private readonly archive: LessonArchive,
    private readonly reader: LessonReader,
    private readonly courses: CourseDetails,
  ) {}

  @Put('courses/:id/lesson-order')
  @Audited('courses.lessons-ordered', { keep: ['lessonIds'] })
  @Route({
    summary: 'Order the lessons of a course',
    rules: { all_lessons: 'Each lesson of the course is named once.' },
    access: 'the teacher of the course and administrators',
    description: 'Send the id of every lesson that is not archived, drafts included, exactly once.',
    response: LessonOrder,
    errors: [...editErrors, CourseNotFound],
    tag: 'Lessons',
  })
  async reorderLessons(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @Body({ schema: NewLessonOrder }) { lessonIds }: NewLessonOrder,
  ): Promise<LessonOrder> {
    await this.lessons.reorder(actor, id, lessonIds);
    const { lessons } = await this.courses.get(id, actor);
    return { lessons: lessons.map(({ mine: _mine, ...lesson }) => lesson) };
  }

  @Put('lessons/:id/publication')
  @Audited('courses.lesson-published')
  @Route({
    summary: 'Publish a lesson',
    access: 'the teacher of the course and administrators',
    description: 'If the lesson is mandatory, every enrolled student has one more lesson to complete.',
    response: Lesson,
    errors: [...editErrors, LessonNotFound, LessonNotServable],
    versioned: true,
    tag: 'Lessons',
  })
  async publishLesson(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @IfMatch() expectedVersion: number | null,
  ): Promise<Lesson> {
    await this.publication.setPublished(actor, id, true, expectedVersion);
    return this.reader.get(id, actor);
  }

  @Delete('lessons/:id/publication')
  @Audited('courses.lesson-withdrawn')
  @Route({
    summary: 'Withdraw a lesson',
    access: 'the teacher of the course and administrators',
    description: 'The lesson no longer counts for progress. Completions, coins and streak days stay.',
    response: Lesson,
    errors: [...editErrors, LessonNotFound],
    versioned: true,
    tag: 'Lessons',
  })
  async unpublishLesson(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @IfMatch() expectedVersion: number | null,
  ): Promise<Lesson> {
    await this.publication.setPublished(actor, id, false, expectedVersion);
    return this.reader.get(id, actor);
  }

  @Put('lessons/:id/restoration')
  @Audited('courses.lesson-restored')
  @Route({
    summary: 'Take a lesson out of the archive',
    access: 'the teacher of the course and administrators',
    description: 'The lesson becomes the last of its course. It is published if it was published when it was archived.',
    response: Lesson,
    errors: [...editErrors, LessonNotFound, LimitReached],
    tag: 'Lessons',
  })
  async restoreLesson(@Id() id: number, @CurrentActor() actor: Actor): Promise<Lesson> {
    await this.archive.restore(actor, id);
    return this.reader.get(id, actor);
  }
}
