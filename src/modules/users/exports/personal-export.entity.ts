import { Entity, Index, Unique } from 'typeorm';
import { CalendarDate, Id, Instant, Int, OneOf, Reference, Text, Varchar } from '../../../platform/database/entity';

export const exportStatuses = ['waiting', 'ready', 'failed'] as const;
export type ExportStatus = (typeof exportStatuses)[number];

/**
 * A copy of everything that the school has about a person, which they asked for. The file is in the row, because the process that
 * builds it and the one that sends it may be on different machines.
 */
@Entity('users_personalexport')
@Unique('users_personalexport_day', ['userId', 'day'])
@Index('users_personalexport_waiting', ['id'], { where: "status = 'waiting'" })
@Index('users_personalexport_expires_at', ['expiresAt'])
@OneOf('users_personalexport_status_listed', 'status', exportStatuses)
export class PersonalExport {
  @Id() id: number;
  @Reference('User', 'users_personalexport_user_fk', 'CASCADE') userId: number;
  /** The day of the request (UTC). The unique key allows one export a day. */
  @CalendarDate() day: string;
  @Varchar(10, { default: 'waiting' }) status: ExportStatus;
  /** Counted before the building, so that one that ends its process is not built for ever. */
  @Int({ default: 0 }) attempts: number;
  @Instant() requestedAt: Date;
  @Instant() expiresAt: Date;
  @Instant({ nullable: true }) readyAt: Date | null;
  @Int({ default: 0 }) sizeBytes: number;
  /** The zip file in base64; empty until it is ready. */
  @Text({ default: '' }) content: string;
}
