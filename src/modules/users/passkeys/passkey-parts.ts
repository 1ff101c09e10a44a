import { PasskeyChallenge } from './passkey-challenge.entity';
import { PasskeyChallenges } from './passkey-challenges';
import { PasskeyChanges } from './passkey-changes';
import { PasskeySignIn } from './passkey-sign-in';
import { PasskeyStore } from './passkey-store';
import { Passkey } from './passkey.entity';
import { PasskeysController } from './passkeys.controller';
import { RelyingParty } from './relying-party';

/** What the module of users needs of this folder. */
export const passkeys = {
  entities: [Passkey, PasskeyChallenge],
  controllers: [PasskeysController],
  providers: [PasskeyChallenges, PasskeyChanges, PasskeySignIn, PasskeyStore, RelyingParty],
};
