import { Body, Controller, Delete, Get, Put, Query } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { IfMatch } from '../../../platform/http/etag';
import type { Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { Course, OwnCoursePage, RequiredCourses, type OwnCourse } from './course.dto';
import { CoursePage } from './course-page.query';
import { CoursePublication } from './course-publication';
import {
  CourseNotFound,
  IsArchived,
  MandatoryLessonMissing,
  PrerequisiteCycle,
  TeacherNotApproved,
} from '../courses.errors';
import { OwnCourses, OwnCoursesQuery } from './own-courses.query';
import { Prerequisites } from '../prerequisites/prerequisites';

const authoring = [CourseNotFound, Forbidden, TeacherNotApproved, IsArchived];

/** What is published, what is required before, and a teacher's view of all of it. */
@Controller()
export class CourseStatesController {
  constructor(
    private readonly publication: CoursePublication,
    private readonly prerequisites: Prerequisites,
    private readonly own: OwnCourses,
    private readonly page: CoursePage,
  ) {}

  @Get('me/courses')
  @Route({
    summary: 'List the courses you teach',
    description: 'Drafts and the archive too, the last created first.',
    response: OwnCoursePage,
    tag: 'Me',
  })
  mine(
    @CurrentActor() actor: Actor,
    @Query({ schema: OwnCoursesQuery }) query: OwnCoursesQuery,
  ): Promise<Page<OwnCourse>> {
    return this.own.page(actor.id, query);
  }

  @Put('courses/:id/publication')
  @Route({
    summary: 'Publish a course',
    description: 'It needs a published mandatory lesson: without one nobody could complete it.',
    response: Course,
    errors: [...authoring, MandatoryLessonMissing],
    versioned: true,
    tag: 'Courses',
  })
  async publish(@Id() id: number, @CurrentActor() actor: Actor, @IfMatch() expected: number | null): Promise<Course> {
    await this.publication.publish(actor, id, expected);
    return this.page.of(id, actor);
  }

  @Delete('courses/:id/publication')
  @Route({
    summary: 'Withdraw a course',
    description: 'Out of the catalogue and closed to newcomers; those enrolled go on.',
    response: Course,
    errors: authoring,
    versioned: true,
    tag: 'Courses',
  })
  async withdraw(@Id() id: number, @CurrentActor() actor: Actor, @IfMatch() expected: number | null): Promise<Course> {
    await this.publication.withdraw(actor, id, expected);
    return this.page.of(id, actor);
  }

  @Put('courses/:id/prerequisites')
  @Route({
    summary: 'Set the prerequisites of a course',
    description:
      'The courses to complete before enrolling, all of them. Replaces the set; nobody enrolled is locked out.',
    response: Course,
    errors: [...authoring, PrerequisiteCycle],
    versioned: true,
    tag: 'Courses',
  })
  async require(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @IfMatch() expected: number | null,
    @Body({ schema: RequiredCourses }) { courseIds }: RequiredCourses,
  ): Promise<Course> {
    await this.prerequisites.replace(actor, id, courseIds, expected);
    return this.page.of(id, actor);
  }
}
