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
} from '../../users';
import { Notifier } from '../notifier';
import type { LocalMessage } from '../types/notification-types';

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

  /** The owner gets a mail about the same events from the users module, whatever they have chosen. So these are not mailed again. */
  async handle(event: AccountRiskEvent): Promise<void> {
    const { userId } = event.payload;
    const { message, object } = this.describe(event);
    const dedupeKey = `security_alert:users.${object}:1`;
    await this.notifier.notify([{ userId, type: 'security_alert', message, dedupeKey }], ['email']);
  }

  /** Changes have no id that could make the key unique, so it contains the time. */
  private describe(event: AccountRiskEvent): Alert {
    const nowMs = this.clock.now().getTime();
    const person = `user.${event.payload.userId}`;
    if (event instanceof PasswordChanged)
      return { object: `${person}.password.${nowMs}`, message: { text: 'passwordChanged' } };
    if (event instanceof PasswordResetCreated) return describeLink(event, `${person}.reset-link.${nowMs}`);
    if (event instanceof PasswordWasReset) return describeReset(event, person);
    if (event instanceof RoleChanged) return describeRole(event, `${person}.role.${nowMs}`);
    if (event instanceof ApiKeyCreated) return describeKey(event);
    if (event instanceof SecondFactorChanged) return describeFactor(event, person);
    if (event instanceof SessionReuseDetected)
      return { object: `session.${event.payload.sessionId}`, message: { text: 'sessionReused' } };
    return describeGuessing(event, person, Math.floor(nowMs / hourMs));
  }
}

interface Alert {
  /** What the alert is about, for the key that makes it unique. */
  object: string;
  message: LocalMessage;
}

const hourMs = 3_600_000;

/** The person gets at most one such notification an hour because the hour is part of the key. */
function describeGuessing(event: PasswordGuessed | CodesGuessed, person: string, hour: number): Alert {
  const values = { failureCount: event.payload.failureCount };
  return event instanceof PasswordGuessed
    ? { object: `${person}.guessed.${hour}`, message: { text: 'passwordGuessed', values } }
    : { object: `${person}.codes-guessed.${hour}`, message: { text: 'codesGuessed', values } };
}

function describeLink({ payload: { isByAdministrator } }: PasswordResetCreated, object: string): Alert {
  const values = { creator: isByAdministrator ? 'admin' : 'operator' };
  return { object, message: { text: 'resetLinkCreated', values } };
}

function describeRole({ payload: { role, reason } }: RoleChanged, object: string): Alert {
  return { object, message: { text: 'roleChanged', values: { role, reason } } };
}

/** The end of the hold is different for each reset, so it makes the key unique. */
function describeReset({ payload: { heldUntil } }: PasswordWasReset, person: string): Alert {
  return { object: `${person}.reset.${heldUntil}`, message: { text: 'passwordWasReset', values: { heldUntil } } };
}

/** Each change has a text of its name. */
function describeFactor({ payload: { change, changedAt } }: SecondFactorChanged, person: string): Alert {
  return { object: `${person}.${change}.${changedAt}`, message: { text: change } };
}

function describeKey({ payload: { keyId, name } }: ApiKeyCreated): Alert {
  return { object: `apikey.${keyId}`, message: { text: 'apiKeyCreated', values: { name } } };
}
