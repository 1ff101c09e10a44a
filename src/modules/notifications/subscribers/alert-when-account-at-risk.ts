import { Injectable } from '@nestjs/common';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { AfterCommit } from '../../../platform/events/handlers';
import { Clock } from '../../../platform/time/clock';
import { PasswordChanged, PasswordGuessed, SessionReuseDetected } from '../../users';
import { Notifier } from '../notifier';

type AtRisk = PasswordChanged | PasswordGuessed | SessionReuseDetected;

/** The person's own doing, or a thief's: only they can tell. */
@Injectable()
@AfterCommit(PasswordChanged, PasswordGuessed, SessionReuseDetected)
export class AlertWhenAccountAtRisk implements AfterCommitHandler<AtRisk> {
  constructor(
    private readonly notifier: Notifier,
    private readonly clock: Clock,
  ) {}

  async handle(event: AtRisk): Promise<void> {
    const { userId } = event.payload;
    const { message, object } = this.newsOf(event);
    await this.notifier.notify([{ userId, type: 'security_alert', message, dedupeKey: `security_alert:${object}:1` }]);
  }

  private newsOf(event: AtRisk): { message: string; object: string } {
    if (event instanceof PasswordChanged) return this.changed(event);
    return event instanceof PasswordGuessed ? this.guessed(event) : reused(event);
  }

  /** Once an hour, however often it begins again. */
  private guessed({ payload: { userId, failureCount } }: PasswordGuessed): { message: string; object: string } {
    const message = `Somebody tried ${failureCount} wrong passwords at your account. It was not opened. If it was not you, see that your password is long and used nowhere else.`;
    return { message, object: `users.user.${userId}.guessed.${Math.floor(this.clock.now().getTime() / hourMs)}` };
  }

  /** A password can change any number of times, and nothing numbers them: the instant does. */
  private changed({ payload: { userId } }: PasswordChanged): { message: string; object: string } {
    const object = `users.user.${userId}.password.${this.clock.now().getTime()}`;
    return { message: 'Your password was changed. If it was not you, reset it now.', object };
  }
}

const hourMs = 3_600_000;

function reused({ payload: { sessionId } }: SessionReuseDetected): { message: string; object: string } {
  const message =
    'Somebody used an old copy of one of your sign-ins, so we ended it. If in doubt, change your password.';
  return { message, object: `users.session.${sessionId}` };
}
