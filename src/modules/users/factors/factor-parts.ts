import { AuthenticatorFindings } from './authenticators/authenticator-findings';
import { Authenticator } from './authenticators/authenticator.entity';
import { Authenticators } from './authenticators/authenticators';
import { CodeVerifier } from './code-verifier';
import { FactorChanges } from './factor-changes';
import { FactorRecord } from './factor-record';
import { FactorRemovals } from './factor-removals';
import { FactorsController } from './factors.controller';
import { Reauthentications } from './reauthentication';
import { RecoveryCode } from './recovery-code.entity';
import { RecoveryCodes } from './recovery-codes';
import { RemoveFactorsWhenCredentialsDropped } from './remove-when-credentials-dropped';
import { SecondFactors } from './second-factors';

/** What the module of users needs of this folder. */
export const secondFactors = {
  entities: [Authenticator, RecoveryCode],
  controllers: [FactorsController],
  providers: [
    AuthenticatorFindings,
    Authenticators,
    CodeVerifier,
    FactorChanges,
    FactorRecord,
    FactorRemovals,
    Reauthentications,
    RecoveryCodes,
    RemoveFactorsWhenCredentialsDropped,
    SecondFactors,
  ],
};
