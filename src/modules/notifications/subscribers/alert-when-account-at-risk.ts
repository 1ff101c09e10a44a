import { Injectable } from '@nestjs/common';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import { Clock } from '../../../platform/time/clock';
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
  type FactorChange,
} from '../../users';
import { Notifier } from '../notifier';

type AccountRiskEvent =
  | ApiKeyCreated
  | CodesGuessed
  | PasswordChanged
  | PasswordGuessed
  | PasswordResetCreated
  | PasswordWasReset
  | RoleChanged
  | SecondFactorChanged
  | SessionReuseDetected;

/** Notifies the owner of the account because only they know whether they or a thief acted. */
@Injectable()
@AfterCommit(
  ApiKeyCreated,
  CodesGuessed,
  PasswordChanged,
  PasswordGuessed,
  PasswordResetCreated,
  PasswordWasReset,
  RoleChanged,
  SecondFactorChanged,
  SessionReuseDetected,
)
export class AlertWhenAccountAtRisk implements AfterCommitHandler<AccountRiskEvent> {
  constructor(
    private readonly notifier: Notifier,
    private readonly clock: Clock,
  ) {}

  async handle(event: AccountRiskEvent): Promise<void> {
    const { userId } = event.payload;
    const { message, object } = this.describe(event);
    await this.notifier.notify([{ userId, type: 'security_alert', message, dedupeKey: `security_alert:${object}:1` }]);
  }

  private describe(event: AccountRiskEvent): { message: string; object: string } {
    if (event instanceof PasswordChanged) return this.describeChange(event);
    if (event instanceof PasswordResetCreated) return this.describeLink(event);
    if (event instanceof PasswordWasReset) return describeReset(event);
    if (event instanceof RoleChanged) return this.describeRole(event);
    if (event instanceof ApiKeyCreated) return describeKey(event);
    if (event instanceof SecondFactorChanged) return describeFactor(event);
    if (event instanceof CodesGuessed) return this.describeCodeGuessing(event);
    return event instanceof PasswordGuessed ? this.describeGuessing(event) : describeReuse(event);
  }

  /** The person gets at most one such notification an hour because the hour is part of the key. */
  private describeGuessing({ payload: { userId, failureCount } }: PasswordGuessed): {
    message: string;
    object: string;
  } {
    const message = `Somebody tried ${failureCount} wrong passwords for your account. They did not get in. If it was not you, make sure that your password is long and that you use it nowhere else.`;
    const hour = Math.floor(this.clock.now().getTime() / hourMs);
    return { message, object: `users.user.${userId}.guessed.${hour}` };
  }

  private describeCodeGuessing({ payload: { userId, failureCount } }: CodesGuessed): {
    message: string;
    object: string;
  } {
    const message = `Somebody entered ${failureCount} wrong codes of the second factor for your account. They did not get in, but they know your password or use one of your sessions. If it was not you, change your password.`;
    const hour = Math.floor(this.clock.now().getTime() / hourMs);
    return { message, object: `users.user.${userId}.codes-guessed.${hour}` };
  }

  /** The key contains the time because changes of a password have no id that could make the key unique. */
  private describeChange({ payload: { userId } }: PasswordChanged): { message: string; object: string } {
    const object = `users.user.${userId}.password.${this.clock.now().getTime()}`;
    return {
      message:
        'Your password was changed. If it was not you, ask an administrator of your school for a link to set a new one.',
      object,
    };
  }

  private describeLink({ payload: { userId, isByAdministrator } }: PasswordResetCreated): {
    message: string;
    object: string;
  } {
    const creator = isByAdministrator ? 'An administrator' : 'An operator of the school';
    const message = `${creator} created a link to set a new password for your account. If you did not ask for it, tell your school.`;
    return { message, object: `users.user.${userId}.reset-link.${this.clock.now().getTime()}` };
  }

  private describeRole({ payload: { userId, role, reason } }: RoleChanged): { message: string; object: string } {
    const message = `An administrator changed your role. You are now registered as ${roleNames[role]}. Reason: ${reason}`;
    return { message, object: `users.user.${userId}.role.${this.clock.now().getTime()}` };
  }
}

const roleNames = { student: 'a student', teacher: 'a teacher' };

const hourMs = 3_600_000;

function describeReuse({ payload: { sessionId } }: SessionReuseDetected): { message: string; object: string } {
  const message =
    'An old sign-in token of one of your sessions was used again, so we ended that session. If in doubt, change your password.';
  return { message, object: `users.session.${sessionId}` };
}

/** The end of the hold is different for each reset, so it makes the key unique. */
function describeReset({ payload: { userId, heldUntil } }: PasswordWasReset): { message: string; object: string } {
  const message = `Your password was set with a one-time link, and all sessions were ended. TeoCoins cannot be sent or withdrawn from your account until ${heldUntil}. If it was not you, ask an administrator of your school for a new link at once.`;
  return { message, object: `users.user.${userId}.reset.${heldUntil}` };
}

const ifNotYou = 'If it was not you, change your password and tell your school.';
const factorMessages: Record<FactorChange, string> = {
  authenticator_added:
    'An authenticator app was added to your account. From now on you need its codes to sign in. If it was not you, tell your school at once.',
  authenticator_removed: `The authenticator app was removed from your account. ${ifNotYou}`,
  passkey_added:
    'A passkey was added to your account. It signs in without the password. If it was not you, remove the passkey, change your password and tell your school.',
  passkey_removed: `A passkey was removed from your account. ${ifNotYou}`,
  passkey_copied:
    'A sign-in with a passkey of your account was refused, because somebody may have copied the passkey. Remove it and add a new one.',
  recovery_code_used: `A recovery code of your account was used. It cannot be used again. ${ifNotYou}`,
  recovery_codes_replaced: `The recovery codes of your account were replaced. The old ones no longer work. ${ifNotYou}`,
  removed_by_administrator:
    'An administrator removed the second factor of your account, and all sessions were ended. TeoCoins cannot be sent or withdrawn from your account for 24 hours.',
  removed_by_operator:
    'An operator of the school removed the second factor of your account, and all sessions were ended. TeoCoins cannot be sent or withdrawn from your account for 24 hours.',
  removed_with_credentials:
    'Your address was proven for the first time. So the second factor that was added before was removed. You can add a new one.',
};

function describeFactor({ payload: { userId, change, changedAt } }: SecondFactorChanged): {
  message: string;
  object: string;
} {
  return { message: factorMessages[change], object: `users.user.${userId}.${change}.${changedAt}` };
}

function describeKey({ payload: { keyId, name } }: ApiKeyCreated): { message: string; object: string } {
  const message = `The API key “${name}” was created for your account. If it was not you, revoke it and change your password.`;
  return { message, object: `users.apikey.${keyId}` };
}
