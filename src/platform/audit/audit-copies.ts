import { Injectable } from '@nestjs/common';
import { CopyChecks, type CopyCheck } from '../data/copy-checks';
import { AuditVerification } from './audit-verification';

/** Verifies the chain of a moved or restored copy of the database. */
@Injectable()
export class AuditCopies implements CopyCheck {
  constructor(
    copies: CopyChecks,
    private readonly verification: AuditVerification,
  ) {
    copies.register(this);
  }

  async checkCopy(): Promise<string[]> {
    const { verified, unsealed, firstBreak } = await this.verification.verify();
    const counts = `${verified} entries of the audit log are verified, and ${unsealed} are not sealed yet`;
    if (!firstBreak) return [counts];
    return [counts, `The audit log is broken at entry ${firstBreak.sequence}: ${firstBreak.problem}`];
  }
}
