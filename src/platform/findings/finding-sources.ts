import { Injectable } from '@nestjs/common';
import type { Finding } from './finding';

/** Reports the findings of a module. A job of the module computes and stores them, so that reading them takes only one statement. */
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

  async collect(): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const source of this.sources) findings.push(...(await source.findings()));
    return findings;
  }
}
