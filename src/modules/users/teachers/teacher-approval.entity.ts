import { Entity, Index } from 'typeorm';
import { Id, Instant, OneOf, Reference, Text, Varchar } from '../../../platform/database/entity';
import { teacherStatuses, type TeacherStatus } from '../user.lists';

/** One decision of an administrator about a teacher. Rows are never changed. */
@Entity('users_teacherapproval')
@Index('users_teacherapproval_teacher', ['teacherId'])
@OneOf('users_teacherapproval_status_listed', 'status', teacherStatuses)
@Index('users_teacherapproval_decided_by', ['decidedById'], { where: 'decided_by_id IS NOT NULL' })
export class TeacherApproval {
  @Id() id: number;
  @Reference('User', 'users_teacherapproval_teacher_fk', 'CASCADE') teacherId: number;
  @Varchar(10) status: TeacherStatus;
  @Reference('User', 'users_teacherapproval_decided_by_fk', 'SET NULL', { nullable: true }) decidedById: number | null;
  @Instant() decidedAt: Date;
  @Text({ default: '' }) reason: string;
}
