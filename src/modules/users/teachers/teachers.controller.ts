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
  TeacherView,
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
    summary: 'List teachers: the approved ones, or, for administrators, those of another status',
    response: TeacherPage,
    errors: [Forbidden],
  })
  list(@CurrentActor() actor: Actor, @Query({ schema: TeacherQuery }) query: TeacherQuery): Promise<Page<TeacherView>> {
    if (query.status !== 'approved') requireAdmin(actor);
    return this.lists.teachers(query);
  }

  @Put(':id/approval')
  @Route({ summary: 'Approve a teacher (administrators)', response: TeacherView, errors: [Forbidden, TeacherNotFound] })
  async approve(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<TeacherView> {
    requireAdminOverOthers(actor, id);
    return showTeacher(await this.approvals.approve(id, { actorId: actor.id, device }));
  }

  @Delete(':id/approval')
  @Route({
    summary: 'Reject a teacher who waits, or suspend an approved one (administrators)',
    response: TeacherView,
    errors: [Forbidden, TeacherNotFound],
  })
  async refuse(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Body({ schema: Refusal }) { reason }: Refusal,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<TeacherView> {
    requireAdminOverOthers(actor, id);
    return showTeacher(await this.approvals.refuse(id, { actorId: actor.id, device }, reason));
  }

  @Get(':id/decisions')
  @Route({
    summary: 'List what was decided about a teacher (administrators)',
    response: DecisionPage,
    errors: [Forbidden, TeacherNotFound],
  })
  decisions(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Query({ schema: DecisionQuery }) query: DecisionQuery,
  ): Promise<Page<Decision>> {
    requireAdmin(actor);
    return this.lists.decisions(id, query);
  }
}
