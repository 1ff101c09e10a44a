import { Injectable } from '@nestjs/common';
import type { Finding } from './finding';

/** What a module wants administrators to look at: kept by a job of its own, so that a look at the findings costs one read. */
export interface FindingSource {
  findings(): Promise<Finding[]>;
}

/** Where modules report to administrators, beside what the platform itself sees of the database. */
@Injectable()
export class FindingSources {
  private readonly sources: FindingSource[] = [];

  register(source: FindingSource): void {
    this.sources.push(source);
  }

  async all(): Promise<Finding[]> {
    const found: Finding[] = [];
    for (const source of this.sources) found.push(...(await source.findings()));
    return found;
  }
}
