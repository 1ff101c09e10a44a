import { Injectable } from '@nestjs/common';

/** Checks that a module makes on a copy of the school (moved to another database, or restored from a backup) before it is used. */
export interface CopyCheck {
  /**
   * @param isOld true if the copy was restored from a backup, so that its data is older
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
