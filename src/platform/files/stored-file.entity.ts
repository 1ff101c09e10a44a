import { Entity, Index, Unique } from 'typeorm';
import { BigInteger, Id, Instant, Int, Json, OneOf, Varchar } from '../database/entity';

export const fileStates = ['received', 'clean', 'attached', 'rejected', 'removed'] as const;
export type FileState = (typeof fileStates)[number];

const fileProblems = ['', 'missing', 'changed'] as const;
export type FileProblem = (typeof fileProblems)[number];

/** The form of a picture in which it is shown: as large as it was uploaded, or at most so many pixels wide. */
export const fileVariants = ['320', '960', '1920', 'original'] as const;
export type FileVariant = (typeof fileVariants)[number];

/** An object of the store, which has the bytes of one variant. */
export interface StoredVariant {
  key: string;
  type: string;
  sizeBytes: number;
  sha256: string;
  /** Null for what is not a picture. */
  width: number | null;
  height: number | null;
}
export type StoredVariants = Partial<Record<FileVariant, StoredVariant>>;

/**
 * A file that a person has uploaded. Its bytes are in the file store, under keys that begin with `objectKey`. The row is written before
 * its objects and deleted after them, so every object has a row. The metrics are read from the index of state and size alone.
 */
@Entity('platform_storedfile')
@Unique('platform_storedfile_object_key', ['objectKey'])
@Index('platform_storedfile_owner', ['ownerId', 'state'])
@Index('platform_storedfile_state', ['state', 'sizeBytes'])
@Index('platform_storedfile_thing', ['thingType', 'thingId'], { where: 'thing_id IS NOT NULL' })
@Index('platform_storedfile_expiry', ['expiresAt'], { where: 'expires_at IS NOT NULL' })
@Index('platform_storedfile_problem', ['id'], { where: "problem <> ''" })
@OneOf('platform_storedfile_state_listed', 'state', fileStates)
@OneOf('platform_storedfile_problem_listed', 'problem', fileProblems)
export class StoredFile {
  @Id() id: number;
  /** 128 random bits in hexadecimal. It says nothing about the file, and nobody can guess it. */
  @Varchar(32) objectKey: string;
  /** There is no foreign key, because the platform does not know the users module. Null after the owner has left. */
  @BigInteger({ nullable: true }) ownerId: number | null;
  @Varchar(40) purpose: string;
  @Varchar(10) state: FileState;
  /** The type and the size of what was received. `variants` describes what is kept. */
  @Varchar(40) contentType: string;
  @BigInteger() sizeBytes: number;
  @Varchar(64) sha256: string;
  /** Without paths and control characters. It is used only for a download. */
  @Varchar(150) fileName: string;
  @Int({ nullable: true }) width: number | null;
  @Int({ nullable: true }) height: number | null;
  @Json() variants: StoredVariants;
  @Varchar(40, { default: '' }) rejection: string;
  /** What the file hangs on, while it is attached. */
  @Varchar(40, { nullable: true }) thingType: string | null;
  @BigInteger({ nullable: true }) thingId: number | null;
  /** What the last check of the objects has found. */
  @Varchar(10, { default: '' }) problem: FileProblem;
  @Instant() createdAt: Date;
  @Instant({ nullable: true }) attachedAt: Date | null;
  /** The file is removed at this time. Null while it is attached. */
  @Instant({ nullable: true }) expiresAt: Date | null;
}

/** An object of the store that belongs to no row. Only an operator removes it, because its row may be in another database. */
@Entity('platform_strayobject')
@Unique('platform_strayobject_key', ['objectKey'])
export class StrayObject {
  @Id() id: number;
  @Varchar(200) objectKey: string;
  @BigInteger() sizeBytes: number;
  @Instant() foundAt: Date;
}
