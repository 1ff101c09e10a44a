import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AlertWhenAccountAtRisk } from './alert-when-account-at-risk';
import { Announcements } from './announcements';
import { AnnouncementsController } from './announcements.controller';
import { ExpireNotifications } from './expire-notifications.job';
import { LiveNotifications } from './live-notifications';
import { LiveNotificationsController } from './live-notifications.controller';
import { MyNotifications } from './my-notifications';
import { MyNotificationsController } from './my-notifications.controller';
import { Notification, UnreadCount } from './notification.entity';
import { NotificationTypes } from './notification-types';
import { NotificationsData } from './notifications.data';
import { Notifier } from './notifier';
import { NotifyWhenAchievementUnlocked } from './notify-when-achievement-unlocked';
import { NotifyWhenCoinsEarned } from './notify-when-coins-earned';
import { NotifyWhenCoinsTransferred } from './notify-when-coins-transferred';
import { NotifyWhenCourseCompleted } from './notify-when-course-completed';
import { NotifyWhenLessonCompleted } from './notify-when-lesson-completed';
import { NotifyWhenSubmissionGraded } from './notify-when-submission-graded';
import { NotifyWhenTeacherDecided } from './notify-when-teacher-decided';
import { RecountUnread } from './recount-unread.job';
import { TellPersonWhenCoinsMoveOnChain } from './tell-person-when-coins-move-on-chain';
import { TellTeacherWhenStudentActs } from './tell-teacher-when-student-acts';
import { UnreadCounts } from './unread-counts';

const services = [Announcements, LiveNotifications, MyNotifications, NotificationTypes, Notifier, UnreadCounts];
const jobs = [ExpireNotifications, RecountUnread];
const handlers = [
  AlertWhenAccountAtRisk,
  NotifyWhenTeacherDecided,
  TellTeacherWhenStudentActs,
  NotifyWhenLessonCompleted,
  NotifyWhenCourseCompleted,
  NotifyWhenSubmissionGraded,
  NotifyWhenCoinsEarned,
  NotifyWhenCoinsTransferred,
  TellPersonWhenCoinsMoveOnChain,
  NotifyWhenAchievementUnlocked,
];

/** What people are told. Nobody imports this module: delete it and its line in `app.module.ts`, and the rest goes on. */
@Module({
  imports: [TypeOrmModule.forFeature([Notification, UnreadCount])],
  controllers: [LiveNotificationsController, MyNotificationsController, AnnouncementsController],
  providers: [NotificationsData, ...services, ...handlers, ...jobs],
  exports: [NotificationTypes, Notifier],
})
export class NotificationsModule {}
