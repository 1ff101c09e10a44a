import { AccountRecovery } from './account-recovery';
import { CoinHolds } from './coin-holds';
import { CredentialDrop } from './credential-drop';
import { PasswordResetRequests, SendPasswordReset } from './password-reset-requests';
import { PasswordReset } from './password-reset.entity';
import { PasswordResets } from './password-resets';
import { RecoveryController } from './recovery.controller';
import { ResetLinks } from './reset-links';

/** What the module of users needs of this folder. */
export const recovery = {
  entities: [PasswordReset],
  controllers: [RecoveryController],
  providers: [
    AccountRecovery,
    CoinHolds,
    CredentialDrop,
    PasswordResetRequests,
    PasswordResets,
    ResetLinks,
    SendPasswordReset,
  ],
};
