import { Check, Entity, Index, Unique } from 'typeorm';
import { BigInteger, Flag, Id, Instant, Int, OneOf, Text, Varchar } from '../../../platform/database/entity';
import { roles, teacherStatuses, type Role, type TeacherStatus } from '../user.lists';

/** A person: the columns of Django's AbstractUser and the application's own columns. */
@Entity('users_user')
@Unique('unique_email', ['email'])
@Unique('users_user_username', ['username'])
@Index('users_user_email_folded', { synchronize: false })
@Index('users_user_username_folded', { synchronize: false })
@Index('users_user_words', { synchronize: false })
@Index('users_user_role', ['role'])
@Index('users_user_is_approved', ['isApproved'])
@Index('users_user_created_at', ['createdAt'])
@Index('users_user_teacher_status', ['teacherStatus'], { where: 'teacher_status IS NOT NULL' })
@OneOf('users_user_role_listed', 'role', roles)
@OneOf('users_user_teacher_status_listed', 'teacher_status', teacherStatuses)
@Check('users_user_coins_not_negative', '"teo_coins" >= 0')
export class User {
  @Id() id: number;
  /** A hash in Django's encoding, `argon2$argon2id$…`, so that data can be moved from and to the Django application. */
  @Varchar(128) password: string;
  @Instant({ nullable: true }) lastLogin: Date | null;
  @Flag({ default: false }) isSuperuser: boolean;
  @Varchar(150) username: string;
  @Varchar(150, { default: '' }) firstName: string;
  @Varchar(150, { default: '' }) lastName: string;
  @Varchar(254) email: string;
  @Flag({ default: false }) isStaff: boolean;
  @Flag({ default: true }) isActive: boolean;
  @Instant() dateJoined: Date;
  @Varchar(20, { default: 'student' }) role: Role;
  @Flag({ default: false }) isApproved: boolean;
  @Text({ default: '' }) bio: string;
  @Varchar(100, { default: '' }) profileImage: string;
  @Instant() createdAt: Date;
  @Instant() updatedAt: Date;
  @Varchar(10, { nullable: true }) teacherStatus: TeacherStatus | null;
  /** When the person proved that they read mails to the address. Null for people who were there before, and for imported people. */
  @Instant({ nullable: true }) emailVerifiedAt: Date | null;
  @Int({ default: 1 }) version: number;
  /** The available balance in whole TeoCoins. Only the ledger changes it, never a repository. */
  @Int({ default: 0, guarded: true }) teoCoins: number;
  /** The `sequence` of the person's latest ledger row. */
  @BigInteger({ default: 0, guarded: true }) teoSequence: number;
}
