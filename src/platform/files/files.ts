import { Injectable } from '@nestjs/common';
import type { Actor } from '../auth/actor';
import { int, text, type Row } from '../database/columns';
import { Database } from '../database/database';
import { columnsOf } from '../database/entity-columns';
import { placeholders } from '../database/insert-rows';
import { Clock } from '../time/clock';
import { referenceTo } from './file-addresses';
import { FilePurposes, type FileThing } from './file-purposes';
import { FileNotFound, FileNotUsable } from './files.errors';
import { StoredFile, type FileVariant } from './stored-file.entity';

/** How long a file stays after it was detached, because pages that are open still show it. */
const detachedMs = 3_600_000;

const file = columnsOf(StoredFile);
const refShape = { id: int, objectKey: text };
const ownFile = columnsOf(StoredFile, ['id', 'purpose', 'fileName', 'contentType', 'sizeBytes', 'sha256', 'createdAt']);
export type FileRow = Row<typeof file.shape>;

interface Attachment {
  fileId: number;
  ownerId: number;
  purpose: string;
  to: FileThing;
  /** The variant that responses show for the reference. */
  shownAs?: FileVariant;
}

/** Hangs files on things of the modules, and answers who may see them. */
@Injectable()
export class Files {
  constructor(
    private readonly database: Database,
    private readonly purposes: FilePurposes,
    private readonly clock: Clock,
  ) {}

  /**
   * Attaches a clean file of this owner and purpose, with one statement in the open transaction, which is that of the thing. One file
   * hangs on one thing.
   * @returns the reference that the module stores. Responses show the address of the file for it (`FileAddresses.inJson`)
   * @throws FileNotUsable
   */
  async attach({ fileId, ...attachment }: Attachment): Promise<string> {
    const reference = (await this.attachAll([fileId], attachment)).get(fileId);
    if (reference === undefined) throw new FileNotUsable();
    return reference;
  }

  /** Like `attach`, for several files. Returns the references of those that could be attached. */
  async attachAll(
    fileIds: readonly number[],
    { ownerId, purpose, to, shownAs = '320' }: Omit<Attachment, 'fileId'>,
  ): Promise<Map<number, string>> {
    this.database.unit();
    const found = await this.database.rows(
      refShape,
      `UPDATE platform_storedfile SET state = 'attached', thing_type = $3, thing_id = $4, attached_at = $5, expires_at = NULL
       WHERE owner_id = $1 AND purpose = $2 AND state = 'clean' AND id IN (${placeholders(fileIds.length, 6)})
       RETURNING id, object_key AS "objectKey"`,
      [ownerId, purpose, to.type, to.id, this.clock.now(), ...fileIds],
    );
    return new Map(found.map((file) => [file.id, referenceTo(file, shownAs)]));
  }

  /**
   * Detaches the files of this purpose from a thing, except those that it keeps, with one statement in the open transaction. They are removed an hour
   * later, unless they are attached again.
   */
  async detach(purpose: string, from: FileThing, kept: number | readonly number[] | null = null): Promise<void> {
    this.database.unit();
    const expiresAt = new Date(this.clock.now().getTime() + detachedMs);
    const keptIds = [kept ?? []].flat();
    const keptSql = keptIds.length > 0 ? `AND id NOT IN (${placeholders(keptIds.length, 5)})` : '';
    await this.database.run(
      `UPDATE platform_storedfile SET state = 'clean', thing_type = NULL, thing_id = NULL, attached_at = NULL, expires_at = $4
       WHERE thing_type = $1 AND thing_id = $2 AND purpose = $3 AND state = 'attached' ${keptSql}`,
      [from.type, from.id, purpose, expiresAt, ...keptIds],
    );
  }

  /** @throws FileNotFound, also for a file that the viewer may not see */
  async getVisibleTo(viewer: Actor, id: number): Promise<FileRow> {
    const found = await this.find(id);
    if (!found || found.state === 'removed' || !(await this.canSee(viewer, found))) throw new FileNotFound();
    return found;
  }

  /** What the school keeps of the files of a person, for the copy of their data. */
  listOfOwner(ownerId: number): Promise<Row<typeof ownFile.shape>[]> {
    const sql = `SELECT ${ownFile.columns()} FROM platform_storedfile WHERE owner_id = $1 AND state <> 'removed' ORDER BY id`;
    return this.database.rows(ownFile.shape, sql, [ownerId]);
  }

  /**
   * Removes the files of a person who leaves, in the transaction of the caller. What hangs on a thing of the school, such as the
   * picture of a course, stays without its owner and its name. The job `files:tidy` deletes the bytes.
   */
  async forgetOwner(ownerId: number): Promise<void> {
    const personal = this.purposes.personal;
    const personalSql = personal.length > 0 ? `OR purpose IN (${placeholders(personal.length, 3)})` : '';
    await this.database.run(
      `UPDATE platform_storedfile SET state = 'removed', expires_at = $2
       WHERE owner_id = $1 AND (state <> 'attached' ${personalSql})`,
      [ownerId, this.clock.now(), ...personal],
    );
    const ownerSql = `UPDATE platform_storedfile SET owner_id = NULL, file_name = '' WHERE owner_id = $1`;
    await this.database.run(ownerSql, [ownerId]);
  }

  private find(id: number): Promise<FileRow | undefined> {
    return this.database.row(file.shape, `SELECT ${file.columns()} FROM platform_storedfile WHERE id = $1`, [id]);
  }

  private async canSee(viewer: Actor, { ownerId, purpose, thingType, thingId }: FileRow): Promise<boolean> {
    if (ownerId === viewer.id) return true;
    if (thingType === null || thingId === null) return false;
    return this.purposes.canSee(viewer, purpose, { type: thingType, id: thingId });
  }
}
