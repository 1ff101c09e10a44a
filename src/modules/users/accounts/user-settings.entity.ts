import { Entity, Index, Unique } from 'typeorm';
import { Flag, Id, Instant, Int, Json, Reference, Varchar } from '../../../platform/database/entity';

@Entity('users_usersettings')
@Unique('users_usersettings_user', ['userId'])
@Index('users_usersettings_timezone', ['timezone'])
export class UserSettings {
  @Id() id: number;
  @Reference('User', 'users_usersettings_user_fk', 'CASCADE') userId: number;
  @Flag({ default: true }) emailNotifications: boolean;
  @Flag({ default: true }) pushNotifications: boolean;
  @Json() privacySettings: Record<string, unknown>;
  @Varchar(20, { default: 'light' }) theme: string;
  @Varchar(10, { default: 'en' }) language: string;
  /** An IANA name. Streaks and quiet hours use the person's calendar in this zone. */
  @Varchar(50, { default: 'UTC' }) timezone: string;
  @Instant() createdAt: Date;
  @Instant() updatedAt: Date;
  @Int({ default: 1 }) version: number;
}
