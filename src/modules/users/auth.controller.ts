import { Body, Controller, Post } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../platform/auth/actor';
import { Public } from '../../platform/auth/public';
import { BodyLimit } from '../../platform/http/body-limit';
import { RateLimitCredentials, RateLimitRegistrations } from '../../platform/http/rate-limit';
import { Route } from '../../platform/http/route';
import {
  Credentials,
  NewPerson,
  RefreshRequest,
  showSignedIn,
  showTokens,
  SignedIn,
  TokensView,
  type SignedIn as SignedInView,
} from './auth.dto';
import { Registration } from './registration';
import { SessionRefresh } from './sessions/session-refresh';
import { Sessions } from './sessions/sessions';
import { CurrentDevice, type RemoteDevice } from './sign-in/device';
import { SignIn } from './sign-in/sign-in';
import {
  CredentialsRefused,
  EmailTaken,
  PasswordsBusy,
  RefreshTokenRefused,
  TooManyAttempts,
  UsernameTaken,
  WeakPassword,
} from './users.errors';

@Controller('auth')
@BodyLimit('credentials')
export class AuthController {
  constructor(
    private readonly registration: Registration,
    private readonly signIn: SignIn,
    private readonly sessionRefresh: SessionRefresh,
    private readonly sessions: Sessions,
  ) {}

  @Post('register')
  @Public()
  @RateLimitCredentials()
  @RateLimitRegistrations()
  @Route({
    summary: 'Sign up',
    answer: SignedIn,
    status: 201,
    errors: [EmailTaken, UsernameTaken, WeakPassword, PasswordsBusy],
  })
  async register(
    @Body({ schema: NewPerson }) person: NewPerson,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<SignedInView> {
    return showSignedIn(await this.registration.register(person, device));
  }

  @Post('login')
  @Public()
  @RateLimitCredentials()
  @Route({ summary: 'Sign in', answer: SignedIn, errors: [CredentialsRefused, TooManyAttempts, PasswordsBusy] })
  async login(
    @Body({ schema: Credentials }) credentials: Credentials,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<SignedInView> {
    return showSignedIn(await this.signIn.open(credentials, device));
  }

  /** Not limited like passwords: nobody guesses 256 bits, and a classroom behind one address refreshes all day. */
  @Post('refresh')
  @Public()
  @Route({
    summary: 'Get new tokens for a refresh token',
    description:
      'The token given is replaced. It is honoured for ten seconds more, with the same answer, in case this one is lost; using it later ends the session.',
    answer: TokensView,
    errors: [RefreshTokenRefused],
  })
  async refresh(@Body({ schema: RefreshRequest }) { refreshToken }: RefreshRequest): Promise<TokensView> {
    return showTokens(await this.sessionRefresh.refresh(refreshToken));
  }

  @Post('logout')
  @Route({ summary: 'Sign out: end this session' })
  async logout(@CurrentActor() actor: Actor): Promise<void> {
    await this.sessions.end(actor.id, actor.sessionId, 'logout');
  }
}
