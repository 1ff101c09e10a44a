import { Body, Controller, Put } from '@nestjs/common';
import { z } from 'zod';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { CourseNotFound, TeacherNotApproved, TeacherNotAvailable } from '../courses.errors';
import { Handovers } from './handovers';

const NewTeacher = z
  .strictObject({ teacherId: z.int().positive() })
  .meta({ id: 'NewTeacher', examples: [{ teacherId: 12 }] });
type NewTeacher = z.output<typeof NewTeacher>;

@Controller('courses')
export class HandoversController {
  constructor(private readonly handovers: Handovers) {}

  @Put(':id/teacher')
  @Audited('courses.course-handed-over', { keep: ['teacherId'] })
  @Route({
    summary: 'Hand a course over to another teacher',
    access: 'the teacher of the course and administrators',
    description:
      'The new teacher is an approved teacher or an administrator who is not enrolled in the course. The old one loses all rights in it.',
    errors: [CourseNotFound, Forbidden, TeacherNotApproved, TeacherNotAvailable],
    tag: 'Courses',
  })
  async handOverCourse(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @Body({ schema: NewTeacher }) { teacherId }: NewTeacher,
  ): Promise<void> {
    await this.handovers.handOver(actor, id, teacherId);
  }
}
