import { Body, Controller, Post } from '@nestjs/common';
import { CurrentActor, OptionalActor, type Actor } from '../../../platform/auth/actor';
import { PublicOrSignedIn } from '../../../platform/auth/public';
import { RequiresRecentProof } from '../../../platform/auth/route-access';
import { BodyLimit } from '../../../platform/http/limits/body-limit';
import { RateLimitCredentials, RateLimitMails } from '../../../platform/http/limits/rate-limit';
import { Route } from '../../../platform/http/route';
import { MailNotConfigured } from '../../../platform/mail/mail.errors';
import { CurrentDevice, type RemoteDevice } from '../sign-in/device';
import {
  EmailAlreadyVerified,
  EmailTaken,
  PasswordsBusy,
  TooManyAttempts,
  VerificationTokenRefused,
  WrongPassword,
} from '../users.errors';
import { EmailChanges } from './email-changes';
import { EmailConfirmations } from './email-confirmations';
import { EmailVerifications } from './email-verifications';
import { EmailChange, EmailVerificationRequest, showConfirmation, VerifiedEmail } from './verification.dto';

@Controller()
export class VerificationController {
  constructor(
    private readonly verifications: EmailVerifications,
    private readonly confirmations: EmailConfirmations,
    private readonly changes: EmailChanges,
  ) {}

  @Post('auth/email-verification-request')
  @RateLimitMails()
  @Route({
    summary: 'Mail me a link to verify my address',
    description:
      'The link is valid for 24 hours, and an earlier one stops working. Within a minute after a mail no other is sent.',
    errors: [EmailAlreadyVerified, MailNotConfigured],
    tag: 'Auth',
  })
  async requestEmailVerification(@CurrentActor() actor: Actor): Promise<void> {
    await this.verifications.request(actor.id);
  }

  @Post('auth/email-verification')
  @PublicOrSignedIn()
  @RateLimitCredentials()
  @BodyLimit('credentials')
  @Route({
    summary: 'Verify an address with the token of a mail',
    description:
      'Send the access token if the person is signed in to the account: then the password and the sessions stay. Without it, password, sessions, second factors and wallets are dropped, because somebody else may have registered with this address; `passwordReset` sets a new password. A change of address and the address of an administrator are confirmed while signed in only. After a change, TeoCoins are held for 24 hours. A token that is wrong, used or expired, and a closed account, get the same response.',
    response: VerifiedEmail,
    errors: [VerificationTokenRefused, EmailTaken],
    tag: 'Auth',
  })
  async verifyEmail(
    @Body({ schema: EmailVerificationRequest }) { token }: EmailVerificationRequest,
    @OptionalActor() actor: Actor | null,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<VerifiedEmail> {
    return showConfirmation(await this.confirmations.confirm(token, actor, device));
  }

  @Post('me/email-change')
  @RequiresRecentProof()
  @RateLimitCredentials()
  @RateLimitMails()
  @BodyLimit('credentials')
  @Route({
    summary: 'Ask to change my address',
    description:
      'A link is mailed to the new address, and a notice to the old one. The address changes when the signed-in person uses the link (`POST /auth/email-verification`), within 24 hours. A change of the password cancels it.',
    errors: [WrongPassword, EmailTaken, TooManyAttempts, PasswordsBusy, MailNotConfigured],
    tag: 'Me',
  })
  async requestEmailChange(
    @CurrentActor() actor: Actor,
    @Body({ schema: EmailChange }) change: EmailChange,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<void> {
    await this.changes.request(actor, change, device);
  }
}
