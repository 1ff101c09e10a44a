import { Injectable } from '@nestjs/common';
import { EventBus } from '../../../platform/events/event-bus';
import { unusablePassword } from '../passwords/django-passwords';
import { PasswordStore } from '../passwords/password-store';
import { Sessions } from '../sessions/sessions';
import { CredentialsDropped } from '../users.events';
import { PasswordResets, type NewPasswordReset } from './password-resets';

/** Takes an account away from who has registered it, and gives it to the holder of its mailbox. */
@Injectable()
export class CredentialDrop {
  constructor(
    private readonly passwordStore: PasswordStore,
    private readonly sessions: Sessions,
    private readonly passwordResets: PasswordResets,
    private readonly events: EventBus,
  ) {}

  /** Must be called in a transaction. @returns the link with which the holder sets a password */
  async drop(userId: number): Promise<NewPasswordReset> {
    await this.passwordStore.set(userId, unusablePassword);
    await this.sessions.endAll(userId, 'password');
    await this.events.publish(new CredentialsDropped({ userId }));
    return this.passwordResets.createForMailbox(userId);
  }
}
