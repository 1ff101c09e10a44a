import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import type { Audience } from '../notification.lists';
import { AnnouncementNotFound } from '../notifications.errors';
import { requireAnnouncer } from '../notifications.policy';
import { AnnouncementDeliveries } from './announcement-deliveries.query';
import { AnnouncementList } from './announcement-list.query';
import { AnnouncementWithdrawal } from './announcement-withdrawal';
import { Announcements } from './announcements';
import {
  audience,
  AnnouncementAudience,
  AnnouncementPage,
  AnnouncementProgress,
  AnnouncementQuery,
  AnnouncementResponse,
  NewAnnouncement,
  showAnnouncement,
  WithdrawnAnnouncement,
} from './announcements.dto';

@Controller('notifications/announcements')
export class AnnouncementsController {
  constructor(
    private readonly announcements: Announcements,
    private readonly deliveries: AnnouncementDeliveries,
    private readonly announcementList: AnnouncementList,
    private readonly withdrawal: AnnouncementWithdrawal,
  ) {}

  @Post()
  @Route({
    summary: 'Send an announcement to all people, to students or to teachers',
    access: 'administrators',
    response: AnnouncementResponse,
    status: 201,
    location: '/notifications/announcements/{id}',
    errors: [Forbidden],
    idempotent: true,
    tag: 'Notifications',
  })
  async sendAnnouncement(
    @CurrentActor() actor: Actor,
    @Body({ schema: NewAnnouncement }) announcement: NewAnnouncement,
  ): Promise<AnnouncementResponse> {
    return showAnnouncement(await this.announcements.send(actor, announcement));
  }

  @Get()
  @Route({
    summary: 'List the announcements, newest first',
    access: 'administrators',
    response: AnnouncementPage,
    errors: [Forbidden],
    tag: 'Notifications',
  })
  async listAnnouncements(
    @CurrentActor() actor: Actor,
    @Query({ schema: AnnouncementQuery }) { cursor, limit, withTotal }: AnnouncementQuery,
  ): Promise<Page<AnnouncementResponse>> {
    requireAnnouncer(actor);
    const rows = await this.announcementList.list(cursor, limit + 1);
    const total = withTotal ? await this.announcementList.count() : undefined;
    return toPage(rows, limit, this.announcementList.cursorAfter, showAnnouncement, total);
  }

  @Get(':id')
  @Route({
    summary: 'Show an announcement',
    access: 'administrators',
    response: AnnouncementResponse,
    errors: [Forbidden, AnnouncementNotFound],
    tag: 'Notifications',
  })
  async getAnnouncement(@CurrentActor() actor: Actor, @Id() id: number): Promise<AnnouncementResponse> {
    requireAnnouncer(actor);
    return showAnnouncement(await this.announcementList.get(id));
  }

  @Get(':id/deliveries')
  @Route({
    summary: 'Show how far an announcement is sent by mail and the other channels',
    access: 'administrators',
    description:
      'Deliveries are created in the seconds after the announcement. They are deleted with the notifications.',
    response: AnnouncementProgress,
    errors: [Forbidden, AnnouncementNotFound],
    tag: 'Notifications',
  })
  async getAnnouncementDeliveries(@CurrentActor() actor: Actor, @Id() id: number): Promise<AnnouncementProgress> {
    requireAnnouncer(actor);
    return this.deliveries.of(await this.announcementList.get(id));
  }

  @Delete(':id')
  @Route({
    summary: 'Withdraw an announcement',
    access: 'administrators',
    description:
      'Removes the notifications that are not read yet. A repeated request removes those that an interrupted one left.',
    response: WithdrawnAnnouncement,
    errors: [Forbidden, AnnouncementNotFound],
    tag: 'Notifications',
  })
  async withdrawAnnouncement(@CurrentActor() actor: Actor, @Id() id: number): Promise<WithdrawnAnnouncement> {
    requireAnnouncer(actor);
    const { announcement, removedCount } = await this.withdrawal.withdraw(id);
    return { ...showAnnouncement(announcement), removed: removedCount };
  }
}

@Controller('notifications/announcement-audiences')
export class AnnouncementAudiencesController {
  constructor(private readonly announcements: Announcements) {}

  @Get(':audience')
  @Route({
    summary: 'Count the people whom an announcement would notify now',
    access: 'administrators',
    response: AnnouncementAudience,
    errors: [Forbidden],
    tag: 'Notifications',
  })
  async countAnnouncementAudience(
    @CurrentActor() actor: Actor,
    @Param('audience', { schema: audience }) chosen: Audience,
  ): Promise<AnnouncementAudience> {
    return { audience: chosen, recipients: await this.announcements.countAudience(actor, chosen) };
  }
}
