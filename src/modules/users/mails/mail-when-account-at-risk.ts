import { Injectable } from '@nestjs/common';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import type { TextValues } from '../../../platform/texts/texts';
import {
  ApiKeyCreated,
  CodesGuessed,
  PasswordChanged,
  PasswordGuessed,
  PasswordResetCreated,
  PasswordWasReset,
  RoleChanged,
  SecondFactorChanged,
  SessionReuseDetected,
  SignedInFromNewDevice,
} from '../users.events';
import type { AccountMail } from './account-mail-texts';
import { AccountMails } from './account-mails';

const riskEvents = [
  ApiKeyCreated,
  CodesGuessed,
  PasswordChanged,
  PasswordGuessed,
  PasswordResetCreated,
  PasswordWasReset,
  RoleChanged,
  SecondFactorChanged,
  SessionReuseDetected,
  SignedInFromNewDevice,
] as const;
type AccountRiskEvent = InstanceType<(typeof riskEvents)[number]>;

/** Writes to the owner of the account, because only they know whether they or a thief acted. A thief in the account cannot hide the mail. */
@Injectable()
@AfterCommit(...riskEvents)
export class MailWhenAccountAtRisk implements AfterCommitHandler<AccountRiskEvent> {
  constructor(private readonly mails: AccountMails) {}

  async handle(event: AccountRiskEvent): Promise<void> {
    const [template, values] = describe(event);
    await this.mails.enqueue(event.payload.userId, template, values);
  }
}

function describe(event: AccountRiskEvent): [AccountMail, TextValues] {
  // The name of a key is a text of who created it, perhaps a thief, so the mail does not contain it.
  if (event instanceof ApiKeyCreated) return ['users.api-key-created', {}];
  if (event instanceof CodesGuessed) return ['users.codes-guessed', { failureCount: event.payload.failureCount }];
  if (event instanceof SecondFactorChanged) return ['users.second-factor-changed', { change: event.payload.change }];
  if (event instanceof PasswordChanged) return ['users.password-changed', {}];
  if (event instanceof PasswordGuessed) return ['users.password-guessed', { failureCount: event.payload.failureCount }];
  if (event instanceof PasswordResetCreated)
    return ['users.password-reset-created', { creator: event.payload.isByAdministrator ? 'admin' : 'operator' }];
  if (event instanceof PasswordWasReset) return ['users.password-was-reset', { heldUntil: event.payload.heldUntil }];
  if (event instanceof RoleChanged)
    return ['users.role-changed', { role: event.payload.role, reason: event.payload.reason }];
  if (event instanceof SessionReuseDetected) return ['users.session-ended', {}];
  const { device, address, at } = event.payload;
  return ['users.new-device', { device, address, at }];
}
