import { Body, Controller, Post, Req } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Public } from '../../../platform/auth/public';
import { BodyLimit } from '../../../platform/http/body-limit';
import { setLogUser } from '../../../platform/http/log';
import { RateLimitCredentials, RateLimitRegistrations } from '../../../platform/http/rate-limit';
import { Route } from '../../../platform/http/route';
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
import { Registration } from '../accounts/registration';
import { SessionRefresh } from '../sessions/session-refresh';
import { Sessions } from '../sessions/sessions';
import { CurrentDevice, type RemoteDevice } from './device';
import { SignIn } from './sign-in';
import {
  CredentialsRefused,
  EmailTaken,
  PasswordsBusy,
  RefreshTokenRefused,
  TooManyAttempts,
  UsernameTaken,
  WeakPassword,
} from '../users.errors';

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
    response: SignedIn,
    status: 201,
    errors: [EmailTaken, UsernameTaken, WeakPassword, PasswordsBusy],
  })
  async register(
    @Body({ schema: NewPerson }) person: NewPerson,
    @CurrentDevice() device: RemoteDevice,
    @Req() request: object,
  ): Promise<SignedInView> {
    return signedIn(request, await this.registration.register(person, device));
  }

  @Post('login')
  @Public()
  @RateLimitCredentials()
  @Route({ summary: 'Sign in', response: SignedIn, errors: [CredentialsRefused, TooManyAttempts, PasswordsBusy] })
  async login(
    @Body({ schema: Credentials }) credentials: Credentials,
    @CurrentDevice() device: RemoteDevice,
    @Req() request: object,
  ): Promise<SignedInView> {
    return signedIn(request, await this.signIn.open(credentials, device));
  }

  /** Not limited like passwords: nobody guesses 128 bits, and a classroom behind one address refreshes all day. */
  @Post('refresh')
  @Public()
  @Route({
    summary: 'Get new tokens for a refresh token',
    description:
      'The token given is replaced. For two seconds more it gives the same answer to the same device in the same network, in case this answer was lost; any other use ends the session, and so does not using it for some days (14 unless the school decides otherwise).',
    response: TokensView,
    errors: [RefreshTokenRefused],
  })
  async refresh(
    @Body({ schema: RefreshRequest }) { refreshToken }: RefreshRequest,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<TokensView> {
    return showTokens(await this.sessionRefresh.refresh(refreshToken, device));
  }

  @Post('logout')
  @Route({ summary: 'Sign out: end this session' })
  async logout(@CurrentActor() actor: Actor, @CurrentDevice() device: RemoteDevice): Promise<void> {
    await this.sessions.end(actor.id, actor.sessionId, 'logout', device);
  }
}

function signedIn(request: object, opened: Parameters<typeof showSignedIn>[0]): SignedInView {
  setLogUser(request, opened.person.id);
  return showSignedIn(opened);
}
