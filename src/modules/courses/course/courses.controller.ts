import { Body, Controller, Delete, Get, Patch, Post, Put, Query } from '@nestjs/common';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, OptionalActor, type Actor } from '../../../platform/auth/actor';
import { PublicOrSignedIn } from '../../../platform/auth/public';
import { BodyLimit } from '../../../platform/http/limits/body-limit';
import { Forbidden } from '../../../platform/errors/access.errors';
import { IfMatch } from '../../../platform/http/etag';
import type { Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { CourseArchive } from './course-archive';
import { CatalogueQuery, CourseCatalogue } from './course-catalogue.query';
import { Course, CourseChanges, CourseCardPage, NewCourse, type CourseCard } from './course.dto';
import { CourseDetails } from './course-details.query';
import { CourseNotFound, IsArchived, TeacherNotApproved } from '../courses.errors';
import { Courses } from './courses';
import { Removal } from '../deletion';
import { rewardRules } from '../reward-caps';

const editErrors = [CourseNotFound, Forbidden, TeacherNotApproved];

@Controller('courses')
export class CoursesController {
  constructor(
    private readonly courses: Courses,
    private readonly archive: CourseArchive,
    private readonly catalogue: CourseCatalogue,
    private readonly details: CourseDetails,
  ) {}

  @Get()
  @PublicOrSignedIn()
  @Route({
    summary: 'List the courses on offer',
    description: 'With an access token, each course has your own state in `mine`.',
    response: CourseCardPage,
  })
  listCourses(
    @OptionalActor() actor: Actor | null,
    @Query({ schema: CatalogueQuery }) query: CatalogueQuery,
  ): Promise<Page<CourseCard>> {
    return this.catalogue.list(query, actor?.id ?? null);
  }

  @Post()
  @BodyLimit('long')
  @Audited('courses.course-created')
  @Route({
    summary: 'Create a course',
    rules: rewardRules,
    access: 'approved teachers and administrators',
    description: 'The course is a draft that you teach.',
    response: Course,
    status: 201,
    location: '/courses/{id}',
    errors: [Forbidden, TeacherNotApproved],
    idempotent: true,
    versioned: true,
  })
  async createCourse(@CurrentActor() actor: Actor, @Body({ schema: NewCourse }) course: NewCourse): Promise<Course> {
    return this.details.get(await this.courses.create(actor, course), actor);
  }

  @Get(':id')
  @PublicOrSignedIn()
  @Route({
    summary: 'Show a course with its lessons',
    description:
      'Everybody can read a published course, without an account too. Other courses are for their teacher, administrators and enrolled students. With an access token, `mine` has your own state in the course and in each lesson.',
    response: Course,
    errors: [CourseNotFound],
    versioned: true,
  })
  getCourse(@Id() id: number, @OptionalActor() actor: Actor | null): Promise<Course> {
    return this.details.get(id, actor);
  }

  @Patch(':id')
  @BodyLimit('long')
  @Audited('courses.course-changed')
  @Route({
    summary: 'Change a course',
    rules: rewardRules,
    access: 'the teacher of the course and administrators',
    response: Course,
    errors: [...editErrors, IsArchived],
    versioned: true,
  })
  async updateCourse(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @IfMatch() expectedVersion: number | null,
    @Body({ schema: CourseChanges }) changes: CourseChanges,
  ): Promise<Course> {
    await this.courses.change(actor, id, changes, expectedVersion);
    return this.details.get(id, actor);
  }

  @Delete(':id')
  @Audited('courses.course-removed')
  @Route({
    summary: 'Remove a course',
    access: 'the teacher of the course and administrators',
    description:
      'The course is archived if a student was ever enrolled. Otherwise it is deleted with its lessons and exercises.',
    response: Removal,
    errors: editErrors,
  })
  deleteCourse(@Id() id: number, @CurrentActor() actor: Actor): Promise<Removal> {
    return this.archive.remove(actor, id);
  }

  @Put(':id/restoration')
  @Audited('courses.course-restored')
  @Route({
    summary: 'Take a course out of the archive',
    access: 'the teacher of the course and administrators',
    description: 'A course that was published when it was archived is published again.',
    response: Course,
    errors: editErrors,
  })
  async restoreCourse(@Id() id: number, @CurrentActor() actor: Actor): Promise<Course> {
    await this.archive.restore(actor, id);
    return this.details.get(id, actor);
  }
}
