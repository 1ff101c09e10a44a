import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { keyset } from '../../../platform/http/cursor';
import { AnnouncementNotFound } from '../notifications.errors';
import { Announcement } from './announcement.entity';

export const announcementColumns = columnsOf(Announcement);
export type AnnouncementRow = Row<typeof announcementColumns.shape>;

const newestFirst = keyset('announcements:newest', [z.int()]);

/** Reads the announcements that were sent. */
@Injectable()
export class AnnouncementList {
  constructor(private readonly database: Database) {}

  /** Returns up to `limit` announcements after the cursor, newest first. */
  list(cursor: string | undefined, limit: number): Promise<AnnouncementRow[]> {
    const [beforeId] = newestFirst.read(cursor) ?? [Number.MAX_SAFE_INTEGER];
    return this.database.rows(
      announcementColumns.shape,
      `SELECT ${announcementColumns.columns()} FROM notifications_announcement WHERE id < $1 ORDER BY id DESC LIMIT $2`,
      [beforeId, limit],
    );
  }

  /** @throws AnnouncementNotFound */
  async get(id: number): Promise<AnnouncementRow> {
    const sql = `SELECT ${announcementColumns.columns()} FROM notifications_announcement WHERE id = $1`;
    const announcement = await this.database.row(announcementColumns.shape, sql, [id]);
    if (!announcement) throw new AnnouncementNotFound();
    return announcement;
  }

  async count(): Promise<number> {
    const row = await this.database.row({ total: int }, 'SELECT count(*) AS total FROM notifications_announcement');
    return row?.total ?? 0;
  }

  readonly cursorAfter = ({ id }: AnnouncementRow): string => newestFirst.after(id);
}
