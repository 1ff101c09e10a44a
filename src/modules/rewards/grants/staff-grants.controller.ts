import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { RequiresRecentProof } from '../../../platform/auth/route-access';
import { Forbidden } from '../../../platform/errors/access.errors';
import { BodyLimit } from '../../../platform/http/limits/body-limit';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { Clock } from '../../../platform/time/clock';
import { audienceOf } from '../rewards.dto';
import { BalanceTooLarge, RecipientNotFound, TooManyRecipients } from '../rewards.errors';
import { requireTreasurer } from '../rewards.policy';
import { GrantNotFound, GrantNotPending } from './grants.errors';
import { StaffGrants } from './staff-grants';
import {
  NewStaffGrant,
  showGrant,
  StaffGrant,
  StaffGrantPage,
  StaffGrantQuery,
  StaffGrantWithPeople,
} from './staff-grants.dto';
import { StaffGrantList } from './staff-grants.query';

const grantCursor = keyset('staff-grants', [z.int()]);

/** Gifts that a second administrator must confirm. */
@Controller('rewards/grants')
export class StaffGrantsController {
  constructor(
    private readonly grants: StaffGrants,
    private readonly grantList: StaffGrantList,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Route({
    summary: 'List the gifts that need a second administrator, newest first',
    access: 'administrators',
    response: StaffGrantPage,
    errors: [Forbidden],
    tag: 'Rewards',
  })
  async listGrants(
    @CurrentActor() actor: Actor,
    @Query({ schema: StaffGrantQuery }) { status, limit, cursor, withTotal }: StaffGrantQuery,
  ): Promise<Page<StaffGrant>> {
    requireTreasurer(actor);
    const beforeId = grantCursor.read(cursor)?.[0];
    const now = this.clock.now();
    const rows = await this.grantList.list(status, now, beforeId, limit + 1);
    const total = withTotal ? await this.grantList.count(status, now) : undefined;
    return toPage(
      rows,
      limit,
      ({ id }) => grantCursor.after(id),
      (row) => showGrant(row, now),
      total,
    );
  }

  @Get(':id')
  @Route({
    summary: 'Show a gift with the ids of its recipients',
    access: 'administrators',
    response: StaffGrantWithPeople,
    errors: [Forbidden, GrantNotFound],
    tag: 'Rewards',
  })
  async getGrant(@CurrentActor() actor: Actor, @Id() id: number): Promise<StaffGrantWithPeople> {
    requireTreasurer(actor);
    const { grant, userIds } = await this.grantList.get(id);
    return { ...showGrant(grant, this.clock.now()), userIds };
  }

  @Post()
  @BodyLimit('long')
  @Audited('rewards.grant-requested', { keep: ['amount', 'userIds', 'role'] })
  @Route({
    summary: 'Ask a second administrator to confirm a gift',
    access: 'administrators, if the gift exceeds their daily limit',
    description: 'Nothing is paid before the confirmation.',
    response: StaffGrant,
    status: 201,
    location: '/rewards/grants/{id}',
    errors: [Forbidden, RecipientNotFound, TooManyRecipients],
    idempotent: true,
    keyRequired: true,
    tag: 'Rewards',
  })
  async requestGrant(
    @CurrentActor() actor: Actor,
    @Body({ schema: NewStaffGrant }) body: NewStaffGrant,
  ): Promise<StaffGrant> {
    requireTreasurer(actor);
    const grant = await this.grants.request(actor.id, audienceOf(body), body);
    return showGrant(grant, this.clock.now());
  }

  @Post(':id/confirmation')
  @RequiresRecentProof()
  @Audited('rewards.grant-confirmed')
  @Route({
    summary: 'Confirm a gift and pay its recipients',
    access: 'administrators who did not request the gift and are not among its recipients',
    response: StaffGrant,
    status: 201,
    location: '/rewards/grants/{id}',
    errors: [Forbidden, GrantNotFound, GrantNotPending, RecipientNotFound, BalanceTooLarge],
    idempotent: true,
    keyRequired: true,
    tag: 'Rewards',
  })
  async confirmGrant(@CurrentActor() actor: Actor, @Id() id: number): Promise<StaffGrant> {
    requireTreasurer(actor);
    return showGrant(await this.grants.confirm(actor.id, id), this.clock.now());
  }

  @Delete(':id')
  @Audited('rewards.grant-declined')
  @Route({
    summary: 'Decline a gift, or withdraw your own request',
    access: 'administrators',
    response: StaffGrant,
    errors: [Forbidden, GrantNotFound, GrantNotPending],
    tag: 'Rewards',
  })
  async declineGrant(@CurrentActor() actor: Actor, @Id() id: number): Promise<StaffGrant> {
    requireTreasurer(actor);
    return showGrant(await this.grants.decline(actor.id, id), this.clock.now());
  }
}
