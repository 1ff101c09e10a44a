import { Body, Controller, Get, Put, Query } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { MyNotifications, newestFirst } from './my-notifications';
import { NotificationTypes } from '../types/notification-types';
import {
  ReadAllRequest,
  Notification,
  NotificationPage,
  NotificationQuery,
  ReadState,
  UnreadCount,
} from '../notifications.dto';
import { showNotification } from '../notifications.dto';
import { NotificationNotFound } from '../notifications.errors';
import { UnreadCounts } from './unread-counts';

@Controller('me/notifications')
export class MyNotificationsController {
  constructor(
    private readonly notifications: MyNotifications,
    private readonly unreadCounts: UnreadCounts,
    private readonly notificationTypes: NotificationTypes,
  ) {}

  @Get()
  @Route({ summary: 'List your notifications, newest first', response: NotificationPage, tag: 'Notifications' })
  async listMyNotifications(
    @CurrentActor() actor: Actor,
    @Query({ schema: NotificationQuery }) query: NotificationQuery,
  ): Promise<Page<Notification>> {
    const rows = await this.notifications.list(actor.id, query);
    const total = query.withTotal ? await this.notifications.count(actor.id, query) : undefined;
    const cursorAfter = ({ id }: { id: number }): string => newestFirst.after(id);
    return toPage(rows, query.limit, cursorAfter, (row) => showNotification(row, this.notificationTypes), total);
  }

  @Get('unread-count')
  @Route({ summary: 'Count your unread notifications', response: UnreadCount, tag: 'Notifications' })
  async countUnreadNotifications(@CurrentActor() actor: Actor): Promise<UnreadCount> {
    return { unread: await this.unreadCounts.count(actor.id) };
  }

  @Put('read-state')
  @Route({
    summary: 'Mark all your notifications as read',
    description: 'Returns the number of notifications that are still unread, which are those newer than `upTo`.',
    response: UnreadCount,
    tag: 'Notifications',
  })
  async markAllNotificationsRead(
    @CurrentActor() actor: Actor,
    @Body({ schema: ReadAllRequest }) { upTo }: ReadAllRequest,
  ): Promise<UnreadCount> {
    return { unread: await this.notifications.markAllRead(actor.id, upTo) };
  }

  @Get(':id')
  @Route({
    summary: 'Show one of your notifications',
    response: Notification,
    errors: [NotificationNotFound],
    tag: 'Notifications',
  })
  async getMyNotification(@CurrentActor() actor: Actor, @Id() id: number): Promise<Notification> {
    return showNotification(await this.notifications.get(actor.id, id), this.notificationTypes);
  }

  @Put(':id/read-state')
  @Route({
    summary: 'Mark a notification as read or unread',
    response: Notification,
    errors: [NotificationNotFound],
    tag: 'Notifications',
  })
  async markNotificationRead(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Body({ schema: ReadState }) { isRead }: ReadState,
  ): Promise<Notification> {
    return showNotification(await this.notifications.setRead(actor.id, id, isRead), this.notificationTypes);
  }
}
