import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { fold } from '../../../platform/database/case-folding';
import { CredentialDrop } from '../recovery/credential-drop';
import type { NewPasswordReset } from '../recovery/password-resets';
import { SecurityEvents } from '../security/security-events';
import type { Device } from '../sign-in/device';
import { VerificationTokenRefused } from '../users.errors';
import { EmailVerifications, type UsedVerification, type VerifiableAccount } from './email-verifications';
import { ProvenEmails } from './proven-emails';

export interface Confirmation {
  email: string;
  /** The link to set a new password, if the credentials of the account were dropped. */
  reset: NewPasswordReset | null;
}

/**
 * Proves addresses. The link shows only that its holder reads the mailbox. If the address was never proven and they are not signed in to
 * the account, somebody else may have registered it with their address, and set a password. So these credentials are dropped, and the
 * holder sets new ones.
 */
@Injectable()
export class EmailConfirmations {
  constructor(
    private readonly database: Database,
    private readonly verifications: EmailVerifications,
    private readonly provenEmails: ProvenEmails,
    private readonly credentials: CredentialDrop,
    private readonly securityEvents: SecurityEvents,
  ) {}

  /**
   * A wrong, used or expired token and a closed account get the same error.
   * @throws VerificationTokenRefused, EmailTaken
   */
  async confirm(token: string, actor: Actor | null, device: Device): Promise<Confirmation> {
    return this.database.transaction(async () => {
      // The person is locked first, as in all transactions that delete the links of a person.
      const account = await this.verifications.lockOwnerOf(token);
      const used = await this.verifications.take(token);
      if (!account || !used) throw new VerificationTokenRefused();
      const isOwner = actor?.id === used.userId;
      requireUsable(used, account, isOwner);
      await this.provenEmails.set(used, account);
      const isChanged = used.email !== used.replacedEmail;
      const kind = isChanged ? 'email_changed' : 'email_verified';
      const note = isOwner ? '' : 'Not signed in, so the credentials of the account were dropped';
      await this.securityEvents.record({ kind, personId: used.userId, actorId: actor?.id ?? null, device, note });
      await this.verifications.discard(used.userId);
      const reset = isOwner ? null : await this.credentials.drop(used.userId);
      return { email: used.email, reset };
    });
  }
}

/**
 * The link is for the address that the account had when it was mailed. A mailbox alone opens an account only if its address was never
 * proven, and never that of an administrator. So a new address is confirmed while signed in: it may have a typing error.
 */
function requireUsable({ email, replacedEmail }: UsedVerification, account: VerifiableAccount, isOwner: boolean): void {
  const isSameAddress = fold(account.email) === fold(replacedEmail);
  const isFirstProof = email === replacedEmail && account.emailVerifiedAt === null;
  const isAllowed = isOwner || (isFirstProof && account.role !== 'admin');
  if (!account.isActive || !isSameAddress || !isAllowed) throw new VerificationTokenRefused();
}
