import { Body, Controller, Get, Put } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { Route } from '../../../platform/http/route';
import { ApplicationDecided } from '../users.errors';
import { TeacherApplications } from './teacher-applications';
import { NewTeacherApplication, showApplication, TeacherApplicationResponse } from './teacher-applications.dto';

@Controller('me/teacher-application')
export class TeacherApplicationsController {
  constructor(private readonly applications: TeacherApplications) {}

  @Get()
  @Route({
    summary: 'Show my application as a teacher',
    access: 'teachers',
    tag: 'Teachers',
    response: TeacherApplicationResponse,
    errors: [Forbidden],
  })
  async getMyTeacherApplication(@CurrentActor() actor: Actor): Promise<TeacherApplicationResponse> {
    return showApplication(await this.applications.get(actor.id));
  }

  @Put()
  @Route({
    summary: 'Change the text of my application as a teacher',
    access: 'teachers whom no administrator has approved or rejected yet',
    tag: 'Teachers',
    response: TeacherApplicationResponse,
    errors: [Forbidden, ApplicationDecided],
  })
  async replaceMyTeacherApplication(
    @CurrentActor() actor: Actor,
    @Body({ schema: NewTeacherApplication }) { text }: NewTeacherApplication,
  ): Promise<TeacherApplicationResponse> {
    return showApplication(await this.applications.replace(actor.id, text));
  }
}
