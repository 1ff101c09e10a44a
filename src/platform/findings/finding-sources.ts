import { Injectable } from '@nestjs/common';
import type { Finding } from './finding';

/** Reports the findings of a module. A job of the module computes and stores them, so that reading them takes one statement. */
export interface FindingSource {
  findings(): Promise<Finding[]>;
}

/** The findings that modules report to administrators, in addition to those of the platform about the database. */
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
