import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import type { Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { CourseNotFound } from '../../courses';
import { CourseMessageLimitReached, CourseMessageNotFound } from '../notifications.errors';
import { CourseMessages, maxMessagesPerDay } from './course-messages';
import {
  CourseMessageAudience,
  CourseMessagePage,
  CourseMessageQuery,
  CourseMessageResponse,
  NewCourseMessage,
  WithdrawnCourseMessage,
} from './course-messages.dto';

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

  @Delete(':messageId')
  @Route({
    summary: 'Withdraw a message to a course',
    access: 'the teacher of the course and administrators',
    description:
      'Removes the notifications that are not read yet. A repeated request removes those that an interrupted one left.',
    tag: 'Notifications',
    response: WithdrawnCourseMessage,
    errors: [CourseNotFound, Forbidden, CourseMessageNotFound],
  })
  withdrawCourseMessage(
    @CurrentActor() actor: Actor,
    @Id() courseId: number,
    @Id('messageId') messageId: number,
  ): Promise<WithdrawnCourseMessage> {
    return this.messages.withdraw(actor, courseId, messageId);
  }
}

@Controller('courses/:id/message-audience')
export class CourseMessageAudienceController {
  constructor(private readonly messages: CourseMessages) {}

  @Get()
  @Route({
    summary: 'Count the students whom a message to a course would notify now',
    access: 'the teacher of the course and administrators',
    tag: 'Notifications',
    response: CourseMessageAudience,
    errors: [CourseNotFound, Forbidden],
  })
  async countCourseMessageAudience(
    @CurrentActor() actor: Actor,
    @Id() courseId: number,
  ): Promise<CourseMessageAudience> {
    return { courseId, recipients: await this.messages.countRecipients(actor, courseId) };
  }
}
