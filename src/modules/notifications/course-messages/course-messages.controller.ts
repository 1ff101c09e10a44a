import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import type { Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { CourseNotFound } from '../../courses';
import { CourseMessageLimitReached } from '../notifications.errors';
import { CourseMessages, maxMessagesPerDay } from './course-messages';
import { CourseMessagePage, CourseMessageQuery, CourseMessageResponse, NewCourseMessage } from './course-messages.dto';

@Controller('courses/:id/messages')
export class CourseMessagesController {
  constructor(private readonly messages: CourseMessages) {}

  @Post()
  @Audited('notifications.course-message-sent')
  @Route({
    summary: 'Send a message to all students of a course',
    access: 'the teacher of the course and administrators',
    description: `Each enrolled student gets a notification. At most ${maxMessagesPerDay} messages a day (UTC) can be sent to a course.`,
    tag: 'Notifications',
    response: CourseMessageResponse,
    idempotent: true,
    keyRequired: true,
    errors: [CourseNotFound, Forbidden, CourseMessageLimitReached],
  })
  sendCourseMessage(
    @CurrentActor() actor: Actor,
    @Id() courseId: number,
    @Body({ schema: NewCourseMessage }) message: NewCourseMessage,
  ): Promise<CourseMessageResponse> {
    return this.messages.send(actor, courseId, message);
  }

  @Get()
  @Route({
    summary: 'List the messages to a course, newest first',
    access: 'the teacher of the course and administrators',
    tag: 'Notifications',
    response: CourseMessagePage,
    errors: [CourseNotFound, Forbidden],
  })
  listCourseMessages(
    @CurrentActor() actor: Actor,
    @Id() courseId: number,
    @Query({ schema: CourseMessageQuery }) query: CourseMessageQuery,
  ): Promise<Page<CourseMessageResponse>> {
    return this.messages.list(actor, courseId, query);
  }
}
