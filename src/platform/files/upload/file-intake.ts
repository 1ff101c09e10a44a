import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config';
import { FilePurposes } from '../file-purposes';
import type { FileRow } from '../files';
import { FileNotFound, FileTooLarge } from '../files.errors';
import { cleanFileName } from './file-name';
import { KeptFiles } from './kept-files';
import { receive } from './received-file';

const megabyte = 1_024 * 1_024;

/** Takes in files on the disk of an operator, with the same checks as an upload. */
@Injectable()
export class FileIntake {
  private readonly maxMegabytes: number;

  constructor(
    config: Config,
    private readonly purposes: FilePurposes,
    private readonly kept: KeptFiles,
  ) {
    this.maxMegabytes = config.settings.FILE_MAX_MB;
  }

  /** The caller attaches the file. @throws FileNotFound, FileTooLarge, and the errors of a file that is refused */
  async take(file: string, ownerId: number, purposeName: string): Promise<FileRow> {
    // A pipe would wait for its writer without O_NONBLOCK.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw new FileNotFound();
      if (stats.size > this.maxMegabytes * megabyte) throw new FileTooLarge(this.maxMegabytes);
      const content = handle.createReadStream({ autoClose: false });
      const received = await receive(content, cleanFileName(path.basename(file)));
      try {
        return await this.kept.keep(ownerId, this.purposes.get(purposeName), received);
      } finally {
        await received.close();
      }
    } finally {
      await handle.close();
    }
  }
}
