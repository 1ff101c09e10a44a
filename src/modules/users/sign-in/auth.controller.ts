import { Body, Controller, Post, Req } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Public } from '../../../platform/auth/public';
import { OpenWithoutSecondFactor } from '../../../platform/auth/route-access';
import { BodyLimit } from '../../../platform/http/limits/body-limit';
import { setLogUser } from '../../../platform/http/server/log';
import { RateLimitCredentials, RateLimitRegistrations } from '../../../platform/http/limits/rate-limit';
import { Route } from '../../../platform/http/route';
import {
  Credentials,
  NewPerson,
  RefreshRequest,
  SecondStepRequest,
  showSignIn,
  showTokens,
  TokensResponse,
  SignInResponse,
} from './auth.dto';
import { Registration } from '../accounts/registration';
import { SessionRefresh } from '../sessions/session-refresh';
import { Sessions } from '../sessions/sessions';
import { CurrentDevice, type RemoteDevice } from './device';
import { SecondStep } from './second-step';
import { SignIn } from './sign-in';
import { AuthenticatorUnreadable, CodeRefused } from '../factors/factors.errors';
import {
  CredentialsRefused,
  EmailTaken,
  PasswordsBusy,
  RefreshTokenRefused,
  SignInExpired,
  SignInIncomplete,
  TooManyAttempts,
  UsernameTaken,
  WeakPassword,
} from '../users.errors';

@Controller('auth')
export class AuthController {
  constructor(
    private readonly registration: Registration,
    private readonly signIns: SignIn,
    private readonly secondStep: SecondStep,
    private readonly sessionRefresh: SessionRefresh,
    private readonly sessions: Sessions,
  ) {}

  @Post('register')
  @Public()
  @RateLimitCredentials()
  @RateLimitRegistrations()
  @Route({
    summary: 'Sign up',
    response: SignInResponse,
    status: 201,
    location: '/me',
    errors: [EmailTaken, UsernameTaken, WeakPassword, PasswordsBusy],
  })
  async register(
    @Body({ schema: NewPerson }) person: NewPerson,
    @CurrentDevice() device: RemoteDevice,
    @Req() request: object,
  ): Promise<SignInResponse> {
    return logAndShowSignIn(request, await this.registration.register(person, device));
  }

  @Post('login')
  @BodyLimit('credentials')
  @Public()
  @RateLimitCredentials()
  @Route({
    summary: 'Sign in',
    description:
      'If the person has a second factor, a right password gets 401 `SIGN_IN_INCOMPLETE` with a challenge for the second step.',
    response: SignInResponse,
    errors: [CredentialsRefused, SignInIncomplete, TooManyAttempts, PasswordsBusy],
  })
  async signIn(
    @Body({ schema: Credentials }) credentials: Credentials,
    @CurrentDevice() device: RemoteDevice,
    @Req() request: object,
  ): Promise<SignInResponse> {
    return logAndShowSignIn(request, await this.signIns.open(credentials, device));
  }

  @Post('second-factor')
  @BodyLimit('credentials')
  @Public()
  @RateLimitCredentials()
  @Route({
    summary: 'Complete a sign-in with a code',
    response: SignInResponse,
    errors: [SignInExpired, CodeRefused, AuthenticatorUnreadable, TooManyAttempts],
  })
  async completeSignIn(
    @Body({ schema: SecondStepRequest }) { challenge, code }: SecondStepRequest,
    @CurrentDevice() device: RemoteDevice,
    @Req() request: object,
  ): Promise<SignInResponse> {
    return logAndShowSignIn(request, await this.secondStep.complete(challenge, code, device));
  }

  /**
   * This route has no limit like sign-in because a token of 128 bits cannot be guessed, and a whole class behind one network
   * address refreshes its tokens all day.
   */
  @Post('refresh')
  @BodyLimit('credentials')
  @Public()
  @Route({
    summary: 'Get new tokens for a refresh token',
    description:
      'The refresh token is replaced. For two seconds it returns the same response to the same device in the same network, because a response may be lost. Any later use ends the session. A session also ends if it is not refreshed for 14 days; the school can change this number.',
    response: TokensResponse,
    errors: [RefreshTokenRefused],
  })
  async refreshTokens(
    @Body({ schema: RefreshRequest }) { refreshToken }: RefreshRequest,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<TokensResponse> {
    return showTokens(await this.sessionRefresh.refresh(refreshToken, device));
  }

  @Post('logout')
  @OpenWithoutSecondFactor()
  @BodyLimit('credentials')
  @Route({ summary: 'Sign out and end this session' })
  async signOut(@CurrentActor() actor: Actor, @CurrentDevice() device: RemoteDevice): Promise<void> {
    await this.sessions.end(actor.id, actor.sessionId, 'logout', device);
  }
}

function logAndShowSignIn(request: object, signIn: Parameters<typeof showSignIn>[0]): SignInResponse {
  setLogUser(request, signIn.person.id);
  return showSignIn(signIn);
}
