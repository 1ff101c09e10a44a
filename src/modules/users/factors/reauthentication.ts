import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { proofLifetimeMs } from '../../../platform/auth/recent-proofs';
import { text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { PasskeySignIn } from '../passkeys/passkey-sign-in';
import { PasskeyRefused } from '../passkeys/passkeys.errors';
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
 * it with a code or a passkey, and only a person without one with the password.
 */
@Injectable()
export class Reauthentications {
  constructor(
    private readonly database: Database,
    private readonly factors: SecondFactors,
    private readonly codes: CodeVerifier,
    private readonly verifier: PasswordVerifier,
    private readonly sessions: Sessions,
    private readonly passkeys: PasskeySignIn,
  ) {}

  /**
   * Returns until when the proof is valid.
   * @throws CodeRefused, PasskeyRefused, WrongPassword, TooManyAttempts, PasswordsBusy
   */
  async prove(actor: Actor, proof: Reauthentication, device: RemoteDevice): Promise<Date> {
    const provenAt = await this.proveBy(proof, actor, device);
    return new Date(provenAt.getTime() + proofLifetimeMs);
  }

  private proveBy({ code, passkey, password }: Reauthentication, actor: Actor, device: RemoteDevice): Promise<Date> {
    const recordProof = (): Promise<Date> => this.sessions.recordProof(actor.sessionId);
    if (code !== undefined) return this.codes.verify(actor.id, code, device, recordProof);
    if (password !== undefined) return this.proveByPassword(actor, password, device);
    return this.passkeys.verify(passkey!, actor.sessionId, device, ({ userId }) => {
      if (userId !== actor.id) throw new PasskeyRefused();
      return recordProof();
    });
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
        if (await this.factors.has(id))
          throw new CodeRefused('Send a code or a passkey, because you have a second factor');
        await this.verifier.recordSuccess(attempt, device);
        return this.sessions.recordProof(sessionId);
      }),
    );
  }
}
