import { Injectable } from '@nestjs/common';
import { hash, verify, type Options } from '@node-rs/argon2';
import { DomainError } from '../../platform/errors/domain-error';

/** OWASP's first choice for argon2id with one lane: 46 MiB, one pass. The library's default algorithm is argon2id. */
const cost: Options = { memoryCost: 47_104, timeCost: 1, parallelism: 1 };
const maxRunning = 2;
const maxWaiting = 100;
const prefix = 'argon2';

export class PasswordsBusy extends DomainError {
  static override code = 'PASSWORDS_BUSY';
  static override kind = 'unavailable' as const;
  static override title = 'Too many people are signing in at this moment';

  constructor() {
    super('Try again in a moment.', { retryAfterSeconds: 2 });
  }
}

/** Password hashes in Django's encoding, computed on a bounded queue: 46 MiB each must not become all of the memory. */
@Injectable()
export class Passwords {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  /** What an unknown account is compared with, so that it costs the same as a known one. */
  private readonly nobody = this.hash('nobody has this password');

  async hash(password: string): Promise<string> {
    return this.queued(async () => prefix + (await hash(password, cost)));
  }

  /** Equal work for every answer: `encoded` is null for an unknown account. */
  async matches(password: string, encoded: string | null): Promise<boolean> {
    const stored = encoded?.startsWith(`${prefix}$argon2`) ? encoded : await this.nobody;
    const matched = await this.queued(() => verify(stored.slice(prefix.length), password));
    return matched && stored === encoded;
  }

  private async queued<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= maxRunning) await this.turn();
    this.running++;
    try {
      return await work();
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }

  private turn(): Promise<void> {
    if (this.waiting.length >= maxWaiting) throw new PasswordsBusy();
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
