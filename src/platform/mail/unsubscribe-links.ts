import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config';
import { LinkTokens } from '../auth/link-tokens';

export interface Subscription {
  personId: number;
  topic: string;
}

const purpose = 'unsubscribe';
const tokenPattern = /^(\d{1,16})\.([a-z][a-z0-9_]{0,49})\.([\w-]{43})$/;

/** Links with which the recipient of a mail unsubscribes from its topic, without signing in and for as long as the mail exists. */
@Injectable()
export class UnsubscribeLinks {
  constructor(
    private readonly config: Config,
    private readonly tokens: LinkTokens,
  ) {}

  urlOf(subscription: Subscription): string {
    return `${this.config.publicUrl}/api/v1/mail-unsubscriptions/${this.tokenOf(subscription)}`;
  }

  /** Returns what the token unsubscribes from; null if this school did not write it. */
  read(token: string): Subscription | null {
    const [, personId, topic] = tokenPattern.exec(token) ?? [];
    if (personId === undefined || topic === undefined) return null;
    const subscription = { personId: Number(personId), topic };
    const isOurs = timingSafeEqual(Buffer.from(this.tokenOf(subscription).padEnd(128)), Buffer.from(token.padEnd(128)));
    return isOurs ? subscription : null;
  }

  private tokenOf({ personId, topic }: Subscription): string {
    const subject = `${personId}.${topic}`;
    return `${subject}.${this.tokens.create(purpose, subject)}`;
  }
}
