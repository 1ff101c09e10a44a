import { Body, Controller, Delete, Put } from '@nestjs/common';
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
import { CoursePage } from '../course/course-page.query';
import { Lesson, LessonOrder, NewLessonOrder } from './lesson.dto';
import { Lessons } from './lessons';
import { LessonArchive } from './lesson-archive';
import { LessonPages } from './lessons.query';
import { LessonPublication } from './lesson-publication';

const authoring = [Forbidden, TeacherNotApproved, IsArchived];

/** Which lessons students see, and in which order. */
@Controller()
export class LessonStatesController {
  constructor(
    private readonly lessons: Lessons,
    private readonly publication: LessonPublication,
    private readonly archive: LessonArchive,
    private readonly pages: LessonPages,
    private readonly course: CoursePage,
  ) {}

  @Put('courses/:id/lesson-order')
  @Route({
    summary: 'Order the lessons of a course',
    description: 'Every lesson of the course that is not archived, drafts too, each once.',
    response: LessonOrder,
    errors: [...authoring, CourseNotFound],
    tag: 'Lessons',
  })
  async reorder(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @Body({ schema: NewLessonOrder }) { lessonIds }: NewLessonOrder,
  ): Promise<LessonOrder> {
    await this.lessons.reorder(actor, id, lessonIds);
    return { lessons: (await this.course.of(id, actor)).lessons };
  }

  @Put('lessons/:id/publication')
  @Route({
    summary: 'Publish a lesson',
    description: 'Everybody enrolled has one more lesson to complete, if it is mandatory.',
    response: Lesson,
    errors: [...authoring, LessonNotFound, LessonNotServable],
    versioned: true,
    tag: 'Lessons',
  })
  async publish(@Id() id: number, @CurrentActor() actor: Actor, @IfMatch() expected: number | null): Promise<Lesson> {
    await this.publication.set(actor, id, true, expected);
    return this.pages.one(id, actor);
  }

  @Delete('lessons/:id/publication')
  @Route({
    summary: 'Withdraw a lesson',
    description: 'It is not counted any more; completions, coins and streak days stay.',
    response: Lesson,
    errors: [...authoring, LessonNotFound],
    versioned: true,
    tag: 'Lessons',
  })
  async withdraw(@Id() id: number, @CurrentActor() actor: Actor, @IfMatch() expected: number | null): Promise<Lesson> {
    await this.publication.set(actor, id, false, expected);
    return this.pages.one(id, actor);
  }

  @Put('lessons/:id/restoration')
  @Route({
    summary: 'Take a lesson out of the archive',
    description: 'In the last place, published if it was when it was archived.',
    response: Lesson,
    errors: [...authoring, LessonNotFound, LimitReached],
    tag: 'Lessons',
  })
  async restore(@Id() id: number, @CurrentActor() actor: Actor): Promise<Lesson> {
    await this.archive.restore(actor, id);
    return this.pages.one(id, actor);
  }
}
