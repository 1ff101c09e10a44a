import { Body, Controller, Delete, Get, Post, Put, Query } from '@nestjs/common';
import { z } from 'zod';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { CourseClosed, CourseFull, CourseNotFound, CourseNotPublished, LessonNotFound } from '../../courses';
import { EnrollmentLists } from './enrollment-lists.query';
import { Enrollments } from './enrollments';
import { LessonCompletions } from '../completion/lesson-completions';
import {
  CompletionRequest,
  CourseEnrollment,
  CourseEnrollmentPage,
  CourseEnrollmentQuery,
  Enrollment,
  LessonCompletion,
  LessonCompletionWithEarnings,
  MyEnrollment,
  MyEnrollmentPage,
  MyEnrollmentQuery,
  showCompletionWithEarnings,
  showLessonCompletion,
  showCourseEnrollment,
  showEnrollment,
  showMyEnrollment,
} from '../progress.dto';
import {
  AlreadyEnrolled,
  CompletionNotFound,
  EnrollmentNotFound,
  NotEnrolled,
  PrerequisitesMissing,
} from '../progress.errors';
import { CourseTeacherCheck } from './course-teacher-check';
import { Forbidden } from '../../../platform/errors/access.errors';

const newestFirst = keyset('enrollments', [z.int()]);

@Controller()
export class EnrollmentsController {
  constructor(
    private readonly enrollments: Enrollments,
    private readonly completions: LessonCompletions,
    private readonly lists: EnrollmentLists,
    private readonly teacherCheck: CourseTeacherCheck,
  ) {}

  @Post('courses/:id/enrollment')
  @Route({
    summary: 'Enrol in a course',
    tag: 'Progress',
    response: Enrollment,
    status: 201,
    location: '/me/enrollments/{id}',
    idempotent: true,
    errors: [CourseNotFound, AlreadyEnrolled, PrerequisitesMissing, CourseNotPublished, CourseClosed, CourseFull],
  })
  async enrollInCourse(@CurrentActor() actor: Actor, @Id() courseId: number): Promise<Enrollment> {
    return showEnrollment(await this.enrollments.enroll(actor.id, courseId));
  }

  @Delete('courses/:id/enrollment')
  @Route({
    summary: 'Leave a course',
    description: 'The seat becomes free. The progress is kept and continues if you enrol again.',
    tag: 'Progress',
    errors: [CourseNotFound, NotEnrolled],
  })
  async leaveCourse(@CurrentActor() actor: Actor, @Id() courseId: number): Promise<void> {
    await this.enrollments.leave(actor.id, courseId);
  }

  @Get('me/enrollments')
  @Route({ summary: 'List my enrolments, newest first', tag: 'Progress', response: MyEnrollmentPage })
  async listMyEnrollments(
    @CurrentActor() actor: Actor,
    @Query({ schema: MyEnrollmentQuery }) query: z.output<typeof MyEnrollmentQuery>,
  ): Promise<Page<z.output<typeof MyEnrollment>>> {
    const slice = { before: newestFirst.read(query.cursor)?.[0], count: query.limit + 1 };
    const rows = await this.lists.listOfStudent(actor.id, slice, query.isCompleted, query.courseId);
    const total = query.withTotal
      ? await this.lists.countOfStudent(actor.id, query.isCompleted, query.courseId)
      : undefined;
    return toPage(rows, query.limit, (last) => newestFirst.after(last.id), showMyEnrollment, total);
  }

  @Get('me/enrollments/:id')
  @Route({
    summary: 'Show one of my enrolments',
    tag: 'Progress',
    response: MyEnrollment,
    errors: [EnrollmentNotFound],
  })
  async getMyEnrollment(@CurrentActor() actor: Actor, @Id() id: number): Promise<z.output<typeof MyEnrollment>> {
    const enrollment = await this.lists.findOfStudent(actor.id, id);
    if (!enrollment) throw new EnrollmentNotFound();
    return showMyEnrollment(enrollment);
  }

  @Get('courses/:id/enrollments')
  @Route({
    summary: 'List the students of a course, newest first',
    access: 'the teacher of the course and administrators',
    tag: 'Progress',
    response: CourseEnrollmentPage,
    errors: [CourseNotFound, Forbidden],
  })
  async listCourseEnrollments(
    @CurrentActor() actor: Actor,
    @Id() courseId: number,
    @Query({ schema: CourseEnrollmentQuery }) query: z.output<typeof CourseEnrollmentQuery>,
  ): Promise<Page<z.output<typeof CourseEnrollment>>> {
    await this.teacherCheck.requireTeacherOrAdmin(actor, courseId);
    const slice = { before: newestFirst.read(query.cursor)?.[0], count: query.limit + 1 };
    const rows = await this.lists.listOfCourse(courseId, slice);
    const total = query.withTotal ? await this.lists.countOfCourse(courseId) : undefined;
    return toPage(rows, query.limit, (last) => newestFirst.after(last.id), showCourseEnrollment, total);
  }

  @Put('lessons/:id/completion')
  @Route({
    summary: 'Complete a lesson',
    description:
      'A repeated request changes nothing and returns the first completion. `earned` has the coins and achievements of this request. They are committed together with the completion. In a course that is not open, and in your own course, a completion pays nothing.',
    tag: 'Progress',
    response: LessonCompletionWithEarnings,
    errors: [LessonNotFound, NotEnrolled],
  })
  async completeLesson(
    @CurrentActor() actor: Actor,
    @Id() lessonId: number,
    @Body({ schema: CompletionRequest }) report: z.output<typeof CompletionRequest>,
  ): Promise<LessonCompletionWithEarnings> {
    const completed = await this.completions.complete(actor.id, lessonId, report);
    return showCompletionWithEarnings(lessonId, completed);
  }

  @Get('lessons/:id/completion')
  @Route({
    summary: 'Show my completion of a lesson',
    tag: 'Progress',
    response: LessonCompletion,
    errors: [LessonNotFound, CompletionNotFound],
  })
  async getLessonCompletion(@CurrentActor() actor: Actor, @Id() lessonId: number): Promise<LessonCompletion> {
    return showLessonCompletion(lessonId, await this.completions.get(actor.id, lessonId));
  }

  @Delete('lessons/:id/completion')
  @Route({
    summary: 'Take back the completion of a lesson',
    description: 'Coins and the streak day stay. Completing the lesson again pays nothing.',
    tag: 'Progress',
    errors: [LessonNotFound, NotEnrolled, CompletionNotFound],
  })
  async undoLessonCompletion(@CurrentActor() actor: Actor, @Id() lessonId: number): Promise<void> {
    await this.completions.undo(actor.id, lessonId);
  }
}
