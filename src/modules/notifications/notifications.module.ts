import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Notification, UnreadCount } from './notification.entity';

@Module({ imports: [TypeOrmModule.forFeature([Notification, UnreadCount])] })
export class NotificationsModule {}
