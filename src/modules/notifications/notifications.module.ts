import { UsersModule } from '../users';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AlertWhenAccountAtRisk } from './subscribers/alert-when-account-at-risk';
import { Announcement } from './announcements/announcement.entity';
import { AnnouncementDeliveries } from './announcements/announcement-deliveries.query';
import { AnnouncementList } from './announcements/announcement-list.query';
import { AnnouncementWithdrawal } from './announcements/announcement-withdrawal';
import { Announcements } from './announcements/announcements';
import { AnnouncementAudiencesController, AnnouncementsController } from './announcements/announcements.controller';
import { Broadcasts } from './broadcasts';
import { CourseMessage } from './course-messages/course-message.entity';
import { CourseMessages } from './course-messages/course-messages';
import {
  CourseMessageAudienceController,
  CourseMessagesController,
} from './course-messages/course-messages.controller';
import { NotificationChannels } from './deliveries/notification-channels';
import { NotificationDeliveries } from './deliveries/deliveries';
import { NotificationDelivery } from './deliveries/delivery.entity';
import { DeliveryFindings } from './deliveries/delivery-findings';
import { DeliveryRouter } from './deliveries/delivery-router';
import { DeliveryWorker } from './deliveries/delivery-worker';
import { EmailChannel } from './email/email-channel';
import { EmailSender } from './email/email-sender';
import { MailUnsubscriptionsController } from './email/mail-unsubscriptions.controller';
import { NotificationPreference } from './preferences/preference.entity';
import { NotificationPreferences } from './preferences/preferences';
import { PreferencesController } from './preferences/preferences.controller';
import { RouteNotifications } from './deliveries/route-notifications';
import { ExpireNotifications } from './feed/expire-notifications.job';
import { LiveNotifications } from './live/live-notifications';
import { LiveNotificationsController } from './live/live-notifications.controller';
import { MyNotifications } from './feed/my-notifications';
import { MyNotificationsController } from './feed/my-notifications.controller';
import { Notification, UnreadCount } from './feed/notification.entity';
import { NotificationTypes } from './types/notification-types';
import { NotificationsData } from './notifications.data';
import { Notifier } from './notifier';
import { NotifyWhenAchievementUnlocked } from './subscribers/notify-when-achievement-unlocked';
import { NotifyWhenBalanceCorrected } from './subscribers/notify-when-balance-corrected';
import { NotifyWhenCoinsEarned } from './subscribers/notify-when-coins-earned';
import { NotifyWhenCoinsTransferred } from './subscribers/notify-when-coins-transferred';
import { NotifyWhenCourseCompleted } from './subscribers/notify-when-course-completed';
import { NotifyWhenWorkDiscussed } from './subscribers/notify-when-work-discussed';
import { NotifyWhenSubmissionGraded } from './subscribers/notify-when-submission-graded';
import { NotifyWhenTeacherDecided } from './subscribers/notify-when-teacher-decided';
import { RecountUnread } from './feed/recount-unread.job';
import { TellAdministratorsWhenTeacherApplied } from './subscribers/tell-administrators-when-teacher-applied';
import { TellPersonWhenCoinsMoveOnChain } from './subscribers/tell-person-when-coins-move-on-chain';
import { TellTeacherWhenStudentActs } from './subscribers/tell-teacher-when-student-acts';
import { WarnOfStreaksAtRisk } from './streaks/warn-of-streaks-at-risk.job';
import { ProgressModule } from '../progress';
import { UnreadNotifications } from '../rewards';
import { UnreadCounts } from './feed/unread-counts';
import { NotificationData } from './feed/notification-data';
import { push } from './push/push-parts';
import { webhooks } from './webhooks/webhook-parts';

const announcements = [Announcements, AnnouncementDeliveries, AnnouncementList, AnnouncementWithdrawal];
const deliveries = [
  DeliveryFindings,
  DeliveryRouter,
  DeliveryWorker,
  EmailChannel,
  EmailSender,
  NotificationChannels,
  NotificationDeliveries,
  NotificationPreferences,
];
const services = [
  Broadcasts,
  CourseMessages,
  LiveNotifications,
  MyNotifications,
  NotificationTypes,
  Notifier,
  UnreadCounts,
];
const jobs = [ExpireNotifications, RecountUnread, WarnOfStreaksAtRisk];
const handlers = [
  RouteNotifications,
  AlertWhenAccountAtRisk,
  NotifyWhenTeacherDecided,
  TellTeacherWhenStudentActs,
  TellAdministratorsWhenTeacherApplied,
  NotifyWhenCourseCompleted,
  NotifyWhenSubmissionGraded,
  NotifyWhenWorkDiscussed,
  NotifyWhenBalanceCorrected,
  NotifyWhenCoinsEarned,
  NotifyWhenCoinsTransferred,
  TellPersonWhenCoinsMoveOnChain,
  NotifyWhenAchievementUnlocked,
];

/** Notifies people. No other module imports this one, so it can be removed together with its line in `app.module.ts`. */
@Module({
  imports: [
    TypeOrmModule.forFeature([
      Announcement,
      Notification,
      NotificationDelivery,
      NotificationPreference,
      UnreadCount,
      CourseMessage,
    ]),
    ProgressModule,
    UsersModule,
    TypeOrmModule.forFeature([...push.entities, ...webhooks.entities]),
  ],
  controllers: [
    LiveNotificationsController,
    MyNotificationsController,
    AnnouncementsController,
    AnnouncementAudiencesController,
    CourseMessagesController,
    CourseMessageAudienceController,
    PreferencesController,
    MailUnsubscriptionsController,
    ...push.controllers,
    ...webhooks.controllers,
  ],
  providers: [
    NotificationData,
    NotificationsData,
    { provide: UnreadNotifications, useExisting: UnreadCounts },
    ...announcements,
    ...deliveries,
    ...push.providers,
    ...webhooks.providers,
    ...services,
    ...handlers,
    ...jobs,
  ],
  exports: [NotificationChannels, NotificationDeliveries, NotificationTypes, Notifier],
})
export class NotificationsModule {}
