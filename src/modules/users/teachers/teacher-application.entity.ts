import { Entity, Unique } from 'typeorm';
import { Id, Instant, Reference, Text } from '../../../platform/database/entity';

/** The text with which a person asks to teach. Administrators read it; it can be changed until they decide. */
@Entity('users_teacherapplication')
@Unique('users_teacherapplication_once', ['teacherId'])
export class TeacherApplication {
  @Id() id: number;
  @Reference('User', 'users_teacherapplication_teacher_fk', 'CASCADE') teacherId: number;
  @Text() text: string;
  @Instant() createdAt: Date;
  @Instant() updatedAt: Date;
}
