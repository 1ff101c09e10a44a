import { Injectable } from '@nestjs/common';

/** What a module does with a copy of the school (moved or restored) before anyone relies on it. */
export interface CopyCheck {
  /**
   * @param isOld the copy is of an earlier moment: a backup
   * @returns lines for the operator
   */
  checkCopy(isOld: boolean): Promise<string[]>;
}

/** The checks that modules have registered, those of lower modules first. */
@Injectable()
export class CopyChecks {
  private readonly checks: CopyCheck[] = [];

  register(check: CopyCheck): void {
    this.checks.push(check);
  }

  async run(isOld: boolean): Promise<string[]> {
    const lines: string[] = [];
    for (const check of this.checks) lines.push(...(await check.checkCopy(isOld)));
    return lines;
  }
}
