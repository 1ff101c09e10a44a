import { AuthController } from './auth.controller';
import { FirstStep } from './first-step';
import { KnownNetworks } from './known-networks.query';
import { LoginAttempt } from './login-attempt.entity';
import { LoginAttempts } from './login-attempts';
import { NewDevices } from './new-devices';
import { PasswordVerifier } from './password-verifier';
import { SecondStep } from './second-step';
import { SignIn } from './sign-in';
import { SignInChallenge } from './sign-in-challenge.entity';
import { SignInChallenges } from './sign-in-challenges';
import { SignInCompletion } from './sign-in-completion';

/** What the module of users needs of this folder. */
export const signIn = {
  entities: [LoginAttempt, SignInChallenge],
  controllers: [AuthController],
  providers: [
    FirstStep,
    KnownNetworks,
    LoginAttempts,
    NewDevices,
    PasswordVerifier,
    SecondStep,
    SignIn,
    SignInChallenges,
    SignInCompletion,
  ],
};
