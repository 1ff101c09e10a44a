import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { PasswordsBusy } from '../users.errors';
import { djangoVerifier } from './django-passwords';

/** OWASP's first choice for argon2id with one lane: 46 MiB, one pass. The library's default algorithm is argon2id. */
const cost = { memoryCost: 47_104, timeCost: 1, parallelism: 1 };
const maxRunning = 2;
const maxWaiting = 100;
const prefix = 'argon2';
const parameters = /^argon2\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$/;

/** What an unknown account is compared with, so that it costs the same as a known one. No password has a digest of zeros. */
const nobody = [
  `${prefix}$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}`,
  Buffer.alloc(16).toString('base64').replaceAll('=', ''),
  Buffer.alloc(32).toString('base64').replaceAll('=', ''),
].join('$');

/** Password hashes in Django's encoding, computed on a bounded queue: 46 MiB each must not become all of the memory. */
@Injectable()
export class Passwords {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /** @throws PasswordsBusy when the queue is full */
  async hash(password: string): Promise<string> {
    return this.queued(async () => prefix + (await hash(password, cost)));
  }

  /**
   * Equal work for an unknown account (`encoded` is null), one without a password, and a known one. Only what a hasher of
   * Django's wrote takes its own time, until its owner signs in once and it is hashed anew.
   * @throws PasswordsBusy when the queue is full
   */
  async matches(password: string, encoded: string | null): Promise<boolean> {
    const legacy = djangoVerifier(encoded ?? '');
    const known = encoded?.startsWith(`${prefix}$`) ? encoded : nobody;
    // What cannot be read cannot match: a damaged hash must not tell itself apart by an error.
    return this.queued(() => (legacy?.(password) ?? verify(known.slice(prefix.length), password)).catch(() => false));
  }

  /** Whether a stored hash is cheaper to guess than the ones written now. */
  isWeak(encoded: string): boolean {
    const [, memory, passes] = parameters.exec(encoded) ?? [];
    return Number(memory ?? 0) * Number(passes ?? 0) < cost.memoryCost * cost.timeCost;
  }

  private async queued<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= maxRunning) await this.turn();
    else this.running++;
    try {
      return await work();
    } finally {
      // A place is handed over, not given up: a newcomer must not slip in between.
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }

  private turn(): Promise<void> {
    if (this.waiting.length >= maxWaiting) throw new PasswordsBusy();
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
