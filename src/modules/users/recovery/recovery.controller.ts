import { Body, Controller, Post } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Public } from '../../../platform/auth/public';
import { RequiresRecentProof } from '../../../platform/auth/route-access';
import { Forbidden } from '../../../platform/errors/access.errors';
import { BodyLimit } from '../../../platform/http/limits/body-limit';
import { RateLimitCredentials, RateLimitMails } from '../../../platform/http/limits/rate-limit';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { CurrentDevice, type RemoteDevice } from '../sign-in/device';
import { MailNotConfigured } from '../../../platform/mail/mail.errors';
import { AccountClosed, PasswordsBusy, ResetTokenRefused, UserNotFound, WeakPassword } from '../users.errors';
import { requireAdminOverOthers } from '../users.policy';
import { AccountRecovery } from './account-recovery';
import { ForgottenPassword, PasswordResetLink, PasswordResetRequest, showPasswordReset } from './password-resets.dto';
import { PasswordResetRequests } from './password-reset-requests';
import { PasswordResets } from './password-resets';

@Controller()
export class RecoveryController {
  constructor(
    private readonly passwordResets: PasswordResets,
    private readonly recovery: AccountRecovery,
    private readonly requests: PasswordResetRequests,
  ) {}

  /** Not idempotent by key, because the stored response would contain the token. A repeated request replaces the link. */
  @Post('users/:id/password-reset')
  @RequiresRecentProof()
  @Route({
    summary: 'Create a one-time link to set a new password',
    access: 'administrators',
    description:
      'For a student or a teacher who has forgotten the password. Hand the link over in person, or by another way that you trust. An earlier link stops working. The person is notified. The password of an administrator is reset by an operator at the command line.',
    response: PasswordResetLink,
    errors: [Forbidden, UserNotFound, AccountClosed],
    tag: 'Users',
  })
  async createPasswordReset(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<PasswordResetLink> {
    requireAdminOverOthers(actor, id);
    return showPasswordReset(await this.passwordResets.createByAdmin(id, { actorId: actor.id, device }));
  }

  @Post('auth/password-reset-request')
  @Public()
  @RateLimitMails()
  @BodyLimit('credentials')
  @Route({
    summary: 'Mail a link to set a new password',
    description:
      'The response is the same, after the same work, whether the address has an account or not. The link is valid for one use and 30 minutes. Within five minutes after a mail no other is sent. The password of an administrator is reset by an operator at the command line.',
    errors: [MailNotConfigured],
    tag: 'Auth',
  })
  async requestPasswordReset(@Body({ schema: ForgottenPassword }) { email }: ForgottenPassword): Promise<void> {
    await this.requests.request(email);
  }

  @Post('auth/password-reset')
  @Public()
  @RateLimitCredentials()
  @BodyLimit('credentials')
  @Route({
    summary: 'Set a new password with a one-time link',
    description:
      'All sessions of the person end, and they cannot send or withdraw TeoCoins for 24 hours (409 `COINS_HELD`). A token that is wrong, used or expired, and a closed account, get the same response.',
    errors: [ResetTokenRefused, WeakPassword, PasswordsBusy],
    tag: 'Auth',
  })
  async resetPassword(
    @Body({ schema: PasswordResetRequest }) request: PasswordResetRequest,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<void> {
    await this.recovery.resetPassword(request, device);
  }
}
