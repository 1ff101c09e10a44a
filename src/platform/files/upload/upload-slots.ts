import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config';
import { TooManyUploads, UploadsBusy } from '../files.errors';

const maxPerPerson = 3;

/** Limits the uploads that this process receives at the same time, so that they cannot fill its memory and disk. */
@Injectable()
export class UploadSlots {
  private readonly max: number;
  private readonly countByPerson = new Map<number, number>();
  private count = 0;

  constructor(config: Config) {
    this.max = config.settings.FILE_UPLOADS_AT_ONCE;
  }

  /** @throws TooManyUploads, UploadsBusy */
  async use<T>(personId: number, work: () => Promise<T>): Promise<T> {
    const own = this.countByPerson.get(personId) ?? 0;
    if (own >= maxPerPerson) throw new TooManyUploads();
    if (this.count >= this.max) throw new UploadsBusy();
    this.change(personId, 1);
    try {
      return await work();
    } finally {
      this.change(personId, -1);
    }
  }

  private change(personId: number, change: number): void {
    this.count += change;
    const own = (this.countByPerson.get(personId) ?? 0) + change;
    if (own > 0) this.countByPerson.set(personId, own);
    else this.countByPerson.delete(personId);
  }
}
