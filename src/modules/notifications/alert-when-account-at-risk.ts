import { Injectable } from '@nestjs/common';
import type { AfterCommitHandler } from '../../platform/events/domain-event';
import { AfterCommit } from '../../platform/events/handlers';
import { Clock } from '../../platform/time/clock';
import { PasswordChanged, SessionReuseDetected } from '../users';
import { Notifier } from './notifier';

/** The person's own doing, or a thief's: only they can tell. */
@Injectable()
@AfterCommit(PasswordChanged, SessionReuseDetected)
export class AlertWhenAccountAtRisk implements AfterCommitHandler<PasswordChanged | SessionReuseDetected> {
  constructor(
    private readonly notifier: Notifier,
    private readonly clock: Clock,
  ) {}

  async handle(event: PasswordChanged | SessionReuseDetected): Promise<void> {
    const { userId } = event.payload;
    const { message, object } = event instanceof PasswordChanged ? this.changed(event) : reused(event);
    await this.notifier.notify([{ userId, type: 'security_alert', message, dedupeKey: `security_alert:${object}:1` }]);
  }

  /** A password can change any number of times, and nothing numbers them: the instant does. */
  private changed({ payload: { userId } }: PasswordChanged): { message: string; object: string } {
    const object = `users.user.${userId}.password.${this.clock.now().getTime()}`;
    return { message: 'Your password was changed. If it was not you, reset it now.', object };
  }
}

function reused({ payload: { sessionId } }: SessionReuseDetected): { message: string; object: string } {
  const message =
    'Somebody used an old copy of one of your sign-ins, so we ended it. If in doubt, change your password.';
  return { message, object: `users.session.${sessionId}` };
}
