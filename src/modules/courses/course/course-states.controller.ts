import { Body, Controller, Delete, Get, Put, Query } from '@nestjs/common';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { IfMatch } from '../../../platform/http/etag';
import type { Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { Course, OwnCoursePage, RequiredCourses, type OwnCourse } from './course.dto';
import { CourseDetails } from './course-details.query';
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

const editErrors = [CourseNotFound, Forbidden, TeacherNotApproved, IsArchived];

/** Routes for the publication and the prerequisites of a course, and for the list of a teacher's own courses. */
@Controller()
export class CourseStatesController {
  constructor(
    private readonly publication: CoursePublication,
    private readonly prerequisites: Prerequisites,
    private readonly ownCourses: OwnCourses,
    private readonly details: CourseDetails,
  ) {}

  @Get('me/courses')
  @Route({
    summary: 'List the courses you teach',
    description: 'The list includes drafts and archived courses. The course that was created last comes first.',
    response: OwnCoursePage,
    tag: 'Me',
  })
  listMyCourses(
    @CurrentActor() actor: Actor,
    @Query({ schema: OwnCoursesQuery }) query: OwnCoursesQuery,
  ): Promise<Page<OwnCourse>> {
    return this.ownCourses.list(actor.id, query);
  }

  @Put('courses/:id/publication')
  @Audited('courses.course-published')
  @Route({
    summary: 'Publish a course',
    access: 'the teacher of the course and administrators',
    description: 'The course needs a published mandatory lesson. Without one, nobody could complete the course.',
    response: Course,
    errors: [...editErrors, MandatoryLessonMissing],
    versioned: true,
    tag: 'Courses',
  })
  async publishCourse(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @IfMatch() expectedVersion: number | null,
  ): Promise<Course> {
    await this.publication.publish(actor, id, expectedVersion);
    return this.details.get(id, actor);
  }

  @Delete('courses/:id/publication')
  @Audited('courses.course-withdrawn')
  @Route({
    summary: 'Withdraw a course',
    access: 'the teacher of the course and administrators',
    description: 'The course leaves the catalogue and accepts no new students. Enrolled students keep their access.',
    response: Course,
    errors: editErrors,
    versioned: true,
    tag: 'Courses',
  })
  async unpublishCourse(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @IfMatch() expectedVersion: number | null,
  ): Promise<Course> {
    await this.publication.withdraw(actor, id, expectedVersion);
    return this.details.get(id, actor);
  }

  @Put('courses/:id/prerequisites')
  @Audited('courses.prerequisites-changed', { keep: ['courseIds'] })
  @Route({
    summary: 'Set the prerequisites of a course',
    rules: { exists: 'Each id is that of a course.' },
    access: 'the teacher of the course and administrators',
    description:
      'A student must complete all these courses before enrolling. The list replaces the previous list. Students who are enrolled already keep their access.',
    response: Course,
    errors: [...editErrors, PrerequisiteCycle],
    versioned: true,
    tag: 'Courses',
  })
  async setPrerequisites(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @IfMatch() expectedVersion: number | null,
    @Body({ schema: RequiredCourses }) { courseIds }: RequiredCourses,
  ): Promise<Course> {
    await this.prerequisites.replace(actor, id, courseIds, expectedVersion);
    return this.details.get(id, actor);
  }
}
