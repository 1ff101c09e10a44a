import { Body, Controller, Post } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../platform/auth/actor';
import { Forbidden } from '../../platform/errors/access.errors';
import { Route } from '../../platform/http/route';
import { Announcements } from './announcements';
import { Announcement, AnnouncementResponse } from './notifications.dto';

@Controller('notifications/announcements')
export class AnnouncementsController {
  constructor(private readonly announcements: Announcements) {}

  @Post()
  @Route({
    summary: 'Send an announcement to all people, to students or to teachers',
    access: 'administrators',
    response: AnnouncementResponse,
    status: 201,
    errors: [Forbidden],
    idempotent: true,
    tag: 'Notifications',
  })
  async sendAnnouncement(
    @CurrentActor() actor: Actor,
    @Body({ schema: Announcement }) announcement: Announcement,
  ): Promise<AnnouncementResponse> {
    return { recipients: await this.announcements.send(actor, announcement) };
  }
}
