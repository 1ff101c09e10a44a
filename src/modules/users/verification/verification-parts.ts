import { EmailChanges } from './email-changes';
import { EmailConfirmations } from './email-confirmations';
import { EmailVerification } from './email-verification.entity';
import { EmailVerifications } from './email-verifications';
import { ProvenEmails } from './proven-emails';
import { VerificationController } from './verification.controller';
import { VerifiedEmails } from './verified-email';

/** What the module of users needs of this folder. */
export const verification = {
  entities: [EmailVerification],
  controllers: [VerificationController],
  providers: [EmailChanges, EmailConfirmations, EmailVerifications, ProvenEmails, VerifiedEmails],
  exports: [VerifiedEmails],
};
