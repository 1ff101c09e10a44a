import { Body, Controller, Delete, Get, Put, Query } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import type { Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { CurrentDevice, type RemoteDevice } from '../sign-in/device';
import { TeacherNotFound } from '../users.errors';
import { requireAdmin, requireAdminOverOthers } from '../users.policy';
import { TeacherApprovals } from './teacher-approvals';
import {
  DecisionPage,
  DecisionQuery,
  Refusal,
  showTeacher,
  TeacherPage,
  TeacherQuery,
  TeacherResponse,
  type Decision,
} from './teachers.dto';
import { TeacherLists } from './teachers.query';

@Controller('teachers')
export class TeachersController {
  constructor(
    private readonly approvals: TeacherApprovals,
    private readonly lists: TeacherLists,
  ) {}

  @Get()
  @Route({
    summary: 'List the approved teachers',
    access: 'every person who is signed in if the status is `approved`, and otherwise for administrators',
    response: TeacherPage,
    errors: [Forbidden],
  })
  listTeachers(
    @CurrentActor() actor: Actor,
    @Query({ schema: TeacherQuery }) query: TeacherQuery,
  ): Promise<Page<TeacherResponse>> {
    if (query.status !== 'approved') requireAdmin(actor);
    return this.lists.listTeachers(query, actor.role === 'admin');
  }

  @Put(':id/approval')
  @Route({
    summary: 'Approve a teacher',
    access: 'administrators',
    response: TeacherResponse,
    errors: [Forbidden, TeacherNotFound],
  })
  async approveTeacher(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<TeacherResponse> {
    requireAdminOverOthers(actor, id);
    return showTeacher(await this.approvals.approve(id, { actorId: actor.id, device }));
  }

  @Delete(':id/approval')
  @Route({
    summary: 'Reject a pending teacher or suspend an approved one',
    access: 'administrators',
    response: TeacherResponse,
    errors: [Forbidden, TeacherNotFound],
  })
  async refuseTeacher(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Body({ schema: Refusal }) { reason }: Refusal,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<TeacherResponse> {
    requireAdminOverOthers(actor, id);
    return showTeacher(await this.approvals.rejectOrSuspend(id, { actorId: actor.id, device }, reason));
  }

  @Get(':id/decisions')
  @Route({
    summary: 'List the decisions about a teacher',
    access: 'administrators',
    response: DecisionPage,
    errors: [Forbidden, TeacherNotFound],
  })
  listTeacherDecisions(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Query({ schema: DecisionQuery }) query: DecisionQuery,
  ): Promise<Page<Decision>> {
    requireAdmin(actor);
    return this.lists.listDecisions(id, query);
  }
}
