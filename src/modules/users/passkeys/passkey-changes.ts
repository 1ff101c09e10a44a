import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { lockPerson } from '../factors/factor-changes';
import { FactorRecord } from '../factors/factor-record';
import { RecoveryCodes } from '../factors/recovery-codes';
import { SecondFactors } from '../factors/second-factors';
import type { Device } from '../sign-in/device';
import { PasskeyStore, type PasskeyRow } from './passkey-store';
import type { NewPasskey } from './passkeys.dto';
import { TooManyPasskeys } from './passkeys.errors';
import { RelyingParty } from './relying-party';

const maxPasskeys = 20;

/** People add and remove their passkeys. A passkey is a second factor, and signs in without the password too. */
@Injectable()
export class PasskeyChanges {
  constructor(
    private readonly database: Database,
    private readonly relyingParty: RelyingParty,
    private readonly store: PasskeyStore,
    private readonly factors: SecondFactors,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly record: FactorRecord,
  ) {}

  async begin({ id, username, sessionId }: Actor): Promise<object> {
    return this.relyingParty.createOptions({ id, username }, sessionId, await this.store.list(id));
  }

  /**
   * Adds a passkey that has signed a challenge of this session. With the first second factor there are recovery codes.
   * @throws PasskeyRefused, PasskeyExists, TooManyPasskeys
   */
  async add(
    { id: userId, sessionId }: Actor,
    { name, credential }: NewPasskey,
    device: Device,
  ): Promise<{ passkey: PasskeyRow; recoveryCodes: string[] | null }> {
    const registration = await this.relyingParty.verifyRegistration(credential, sessionId);
    const { id: credentialId, publicKey, counter } = registration.credential;
    return this.database.transaction(async () => {
      await lockPerson(this.database, userId);
      const isFirst = !(await this.factors.has(userId));
      if ((await this.store.count(userId)) >= maxPasskeys) throw new TooManyPasskeys(maxPasskeys);
      const passkey = await this.store.insert({
        userId,
        credentialId,
        counter,
        name,
        publicKey: Buffer.from(publicKey).toString('base64url'),
        transports: (credential.response.transports ?? []).join(',').slice(0, 100),
        isSynced: registration.credentialDeviceType === 'multiDevice',
      });
      await this.record.added({ userId, sessionId }, 'passkey_added', device);
      return { passkey, recoveryCodes: isFirst ? await this.recoveryCodes.replace(userId) : null };
    });
  }

  /** @throws PasskeyNotFound */
  async remove({ id: userId, sessionId }: Actor, passkeyId: number, device: Device): Promise<void> {
    await this.database.transaction(async () => {
      await lockPerson(this.database, userId);
      await this.store.remove(userId, passkeyId);
      if (!(await this.factors.has(userId))) await this.recoveryCodes.discard(userId);
      await this.record.removed({ userId, sessionId }, 'passkey_removed', device);
    });
  }
}
