import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { djangoVerifier } from './django-passwords';
import { FairQueue } from './fair-queue';

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
  private readonly queue = new FairQueue(maxRunning, maxWaiting);

  /**
   * @param share for whom: networks take turns
   * @throws PasswordsBusy when the queue is full
   */
  async hash(password: string, share = ''): Promise<string> {
    return this.queue.run(share, async () => prefix + (await hash(password, cost)));
  }

  /**
   * Equal work for an unknown account (`encoded` is null), one without a password, and a known one. Only what a hasher of
   * Django's wrote takes its own time, until its owner signs in once and it is hashed anew.
   * @throws PasswordsBusy when the queue is full
   */
  async matches(password: string, encoded: string | null, share = ''): Promise<boolean> {
    const legacy = djangoVerifier(encoded ?? '');
    const known = encoded?.startsWith(`${prefix}$`) ? encoded : nobody;
    // What cannot be read cannot match: a damaged hash must not tell itself apart by an error.
    return this.queue.run(share, () =>
      (legacy?.(password) ?? verify(known.slice(prefix.length), password)).catch(() => false),
    );
  }

  /** Whether a stored hash is cheaper to guess than the ones written now. */
  isWeak(encoded: string): boolean {
    const [, memory, passes] = parameters.exec(encoded) ?? [];
    return Number(memory ?? 0) * Number(passes ?? 0) < cost.memoryCost * cost.timeCost;
  }
}
