import { Entity, ForeignKey, Index, Unique } from 'typeorm';
import { BigInteger, Id, Instant, Json } from '../../database/entity';

/** An object of the store that has some of the bytes. */
export interface UploadPart {
  key: string;
  sizeBytes: number;
}

/** What has arrived of a large file that is sent in several requests. Its row in `platform_storedfile` has the owner and the whole size. */
@Entity('platform_fileupload')
@Unique('platform_fileupload_file', ['fileId'])
@Index('platform_fileupload_open', ['fileId'], { where: 'cleared_at IS NULL' })
export class FileUpload {
  @Id() id: number;
  @ForeignKey('StoredFile', { name: 'platform_fileupload_file_fk', onDelete: 'CASCADE' })
  @BigInteger()
  fileId: number;
  @BigInteger() receivedBytes: number;
  /** In their order. */
  @Json() parts: UploadPart[];
  /** The file is whole or refused, and its parts are deleted. */
  @Instant({ nullable: true }) clearedAt: Date | null;
}
