import { Injectable } from '@nestjs/common';
import type { Row } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { ExportNotFound, ExportNotReady } from './personal-exports.errors';
import { PersonalExport } from './personal-export.entity';

const lifetimeMs = 7 * 86_400_000;
const shown = columnsOf(PersonalExport, ['id', 'status', 'requestedAt', 'expiresAt', 'readyAt', 'sizeBytes']);
const file = columnsOf(PersonalExport, ['status', 'content']);
export type ExportRow = Row<typeof shown.shape>;

/** People ask for a copy of their data and download it. A job builds it. */
@Injectable()
export class PersonalExports {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** A second request on the same day gets the export of the first one. */
  async request(userId: number): Promise<ExportRow> {
    const now = this.clock.now();
    const day = now.toISOString().slice(0, 10);
    return this.database.transaction(async () => {
      await this.database.run(
        `INSERT INTO users_personalexport (user_id, day, requested_at, expires_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id, day) DO NOTHING`,
        [userId, day, now, new Date(now.getTime() + lifetimeMs)],
      );
      const sql = `SELECT ${shown.columns()} FROM users_personalexport WHERE user_id = $1 AND day = $2`;
      return (await this.database.row(shown.shape, sql, [userId, day]))!;
    });
  }

  /** @throws ExportNotFound, also for an expired one and for that of another person */
  async get(userId: number, id: number): Promise<ExportRow> {
    const sql = `SELECT ${shown.columns()} FROM users_personalexport WHERE id = $1 AND user_id = $2 AND expires_at > $3`;
    const found = await this.database.row(shown.shape, sql, [id, userId, this.clock.now()]);
    if (!found) throw new ExportNotFound();
    return found;
  }

  /** @throws ExportNotFound, ExportNotReady */
  async read(userId: number, id: number): Promise<Buffer> {
    const sql = `SELECT ${file.columns()} FROM users_personalexport WHERE id = $1 AND user_id = $2 AND expires_at > $3`;
    const found = await this.database.row(file.shape, sql, [id, userId, this.clock.now()]);
    if (!found) throw new ExportNotFound();
    if (found.status !== 'ready') throw new ExportNotReady();
    return Buffer.from(found.content, 'base64');
  }

  /** Returns the number of removed exports. */
  expire(): Promise<number> {
    const sql = 'DELETE FROM users_personalexport WHERE expires_at <= $1';
    return this.database.transaction(() => this.database.run(sql, [this.clock.now()]));
  }
}
