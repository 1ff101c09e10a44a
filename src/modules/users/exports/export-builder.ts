import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { PersonalDataRegistry } from '../leaving/personal-data';
import { AccountMails } from '../mails/account-mails';
import type { ExportStatus } from './personal-export.entity';

const maxAttempts = 5;

const readme = `These files hold what the school has about you, one file for each part of it.
Times are in UTC. Passwords, keys and what belongs to other people are not in them. Notifications stand as you got them, so they may name others.
`;

/** Builds the files of exports. Rows are read outside a transaction, so that nobody waits for it. */
@Injectable()
export class ExportBuilder {
  /** Of the file, and of the texts before they are compressed. The rest of an export that is larger is not read. */
  readonly limits = { fileBytes: 20 * 1024 * 1024, collectedBytes: 200 * 1024 * 1024 };

  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalDataRegistry,
    private readonly mails: AccountMails,
    private readonly clock: Clock,
  ) {}

  listWaiting(): Promise<{ id: number; userId: number }[]> {
    const sql = `SELECT id, user_id AS "userId" FROM users_personalexport WHERE status = 'waiting' ORDER BY attempts, id LIMIT 100`;
    return this.database.rows({ id: int, userId: int }, sql, []);
  }

  /** Builds one export. After too many attempts it has failed, and the person is told. */
  async build({ id, userId }: { id: number; userId: number }): Promise<ExportStatus> {
    const files = (await this.countAttempt(id)) ? undefined : await this.collect(userId);
    const content = files ? await zipOf(files) : Buffer.alloc(0);
    const status = files && content.length <= this.limits.fileBytes ? 'ready' : 'failed';
    await this.database.transaction(async () => {
      const storedCount = await this.database.run(
        `UPDATE users_personalexport SET status = $2, ready_at = $3, size_bytes = $4, content = $5
         WHERE id = $1 AND status = 'waiting'`,
        [id, status, this.clock.now(), content.length, status === 'ready' ? content.toString('base64') : ''],
      );
      if (storedCount > 0) await this.mails.enqueue(userId, 'users.export-ready', { status });
    });
    return status;
  }

  /** Returns whether too many attempts were made before. */
  private async countAttempt(id: number): Promise<boolean> {
    const sql = 'UPDATE users_personalexport SET attempts = attempts + 1 WHERE id = $1 RETURNING attempts';
    const row = await this.database.transaction(() => this.database.row({ attempts: int }, sql, [id]));
    return (row?.attempts ?? 0) > maxAttempts;
  }

  /** Returns the contents of the files by their names, or nothing if they are too large. */
  private async collect(userId: number): Promise<Record<string, string> | undefined> {
    const files: Record<string, string> = { 'README.txt': readme };
    let bytes = 0;
    for (const part of this.personalData.parts) {
      const content = JSON.stringify(await part.export(userId), null, 2);
      bytes += Buffer.byteLength(content);
      if (bytes > this.limits.collectedBytes) return undefined;
      files[`${part.name}.json`] = content;
    }
    return files;
  }
}

/** The library compresses in other threads, so that a server with a worker still answers. It is loaded with the first export. */
async function zipOf(files: Record<string, string>): Promise<Buffer> {
  const { zip, strToU8 } = require('fflate') as typeof import('fflate');
  const entries = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]));
  return new Promise((resolve, reject) =>
    zip(entries, (error, bytes) => (error ? reject(error) : resolve(Buffer.from(bytes)))),
  );
}
