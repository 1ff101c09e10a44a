import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../auth/actor';
import { DomainError } from '../../errors/domain-error';
import { Metrics } from '../../metrics/metrics';
import { Config } from '../../config/config';
import { FilePurposes, type FilePurpose } from '../file-purposes';
import type { FileRow } from '../files';
import { KeptFiles } from './kept-files';
import { receiveForm } from './upload-form';
import { UploadSlots } from './upload-slots';

/** Receives files: from the connection to a temporary file, then checked and encoded, then into the store. */
@Injectable()
export class FileUploads {
  private readonly results;

  constructor(
    private readonly config: Config,
    private readonly purposes: FilePurposes,
    private readonly kept: KeptFiles,
    private readonly slots: UploadSlots,
    metrics: Metrics,
  ) {
    this.results = metrics.counter('teoart_file_uploads_total', 'Uploads of files, by the code of their error', [
      'result',
    ]);
  }

  /** @throws ValidationFailed, Forbidden, TooManyUploads, UploadsBusy, and the errors of a file that is refused */
  async upload(actor: Actor, purposeName: string, request: IncomingMessage): Promise<FileRow> {
    const purpose = this.purposes.requireUploadable(purposeName, actor);
    try {
      const row = await this.slots.use(actor.id, () => this.receive(actor, purpose, request));
      this.results.inc({ result: 'clean' });
      return row;
    } catch (error) {
      this.results.inc({ result: error instanceof DomainError ? error.code : 'INTERNAL' });
      throw error;
    }
  }

  private async receive(actor: Actor, purpose: FilePurpose, request: IncomingMessage): Promise<FileRow> {
    const { FILE_MAX_MB: maxMegabytes, FILE_STALL_TIMEOUT_MS: stallTimeoutMs } = this.config.settings;
    const received = await receiveForm(request, { maxMegabytes, stallTimeoutMs });
    try {
      return await this.kept.keep(actor.id, purpose, received);
    } finally {
      await received.close();
    }
  }
}
