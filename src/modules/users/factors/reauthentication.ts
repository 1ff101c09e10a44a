import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { proofLifetimeMs } from '../../../platform/auth/recent-proofs';
import { text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Sessions } from '../sessions/sessions';
import type { RemoteDevice } from '../sign-in/device';
import { PasswordVerifier } from '../sign-in/password-verifier';
import { WrongPassword } from '../users.errors';
import { CodeVerifier } from './code-verifier';
import { lockPerson } from './factor-changes';
import { CodeRefused } from './factors.errors';
import type { Reauthentication } from './factors.dto';
import { SecondFactors } from './second-factors';

/**
 * People prove again in a session who they are. The proof is the strongest that the person has: a person with a second factor proves
 * it with a code, and only a person without one with the password.
 */
@Injectable()
export class Reauthentications {
  constructor(
    private readonly database: Database,
    private readonly factors: SecondFactors,
    private readonly codes: CodeVerifier,
    private readonly verifier: PasswordVerifier,
    private readonly sessions: Sessions,
  ) {}

  /**
   * Returns until when the proof is valid.
   * @throws CodeRefused, WrongPassword, TooManyAttempts, PasswordsBusy
   */
  async prove(actor: Actor, { code, password }: Reauthentication, device: RemoteDevice): Promise<Date> {
    const provenAt =
      password === undefined
        ? await this.codes.verify(actor.id, code!, device, () => this.sessions.recordProof(actor.sessionId))
        : await this.proveByPassword(actor, password, device);
    return new Date(provenAt.getTime() + proofLifetimeMs);
  }

  private async proveByPassword({ id, sessionId }: Actor, password: string, device: RemoteDevice): Promise<Date> {
    const sql = 'SELECT password FROM users_user WHERE id = $1';
    const account = await this.database.row({ password: text }, sql, [id]);
    const target = { purpose: 'reauthentication' as const, accountId: id, login: '' };
    const attempt = await this.verifier.verify(target, password, account?.password ?? null, device);
    if (!attempt) throw new WrongPassword('/body/password');
    return this.verifier.runAttempt(attempt, () =>
      this.database.transaction(async () => {
        await lockPerson(this.database, id);
        if (await this.factors.has(id)) throw new CodeRefused('Send a code of your second factor');
        await this.verifier.recordSuccess(attempt, device);
        return this.sessions.recordProof(sessionId);
      }),
    );
  }
}
