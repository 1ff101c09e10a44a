import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { djangoVerifier } from './django-passwords';
import { FairQueue } from './fair-queue';

/** OWASP's first recommendation for argon2id with a parallelism of 1: 46 MiB and one pass. The library uses argon2id by default. */
const cost = { memoryCost: 47_104, timeCost: 1, parallelism: 1 };
const maxRunning = 2;
const maxWaiting = 100;
const djangoPrefix = 'argon2';
const argon2idParameters = /^argon2\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$/;

/** Compared for unknown accounts, so that they cost the same time as known ones. No password has a digest of zeros. */
const placeholderHash = [
  `${djangoPrefix}$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}`,
  Buffer.alloc(16).toString('base64').replaceAll('=', ''),
  Buffer.alloc(32).toString('base64').replaceAll('=', ''),
].join('$');

/** Computes password hashes in Django's encoding. A bounded queue limits the memory because each hash needs 46 MiB. */
@Injectable()
export class Passwords {
  private readonly queue = new FairQueue(maxRunning, maxWaiting);

  /**
   * @param group the network of the caller; the queue is fair between groups
   * @throws PasswordsBusy when the queue is full
   */
  async hash(password: string, group = ''): Promise<string> {
    return this.queue.run(group, async () => djangoPrefix + (await hash(password, cost)));
  }

  /**
   * Does the same work for an unknown account (`encoded` is null), an account without a password and a known account. Only
   * a hash of another Django hasher takes a different time, until its owner signs in and the password is hashed again.
   * @throws PasswordsBusy when the queue is full
   */
  async matches(password: string, encoded: string | null, group = ''): Promise<boolean> {
    const verifyLegacy = djangoVerifier(encoded ?? '');
    const comparedHash = encoded?.startsWith(`${djangoPrefix}$`) ? encoded : placeholderHash;
    // An error counts as no match, so that a caller cannot recognise a damaged hash by the error.
    return this.queue.run(group, () =>
      (verifyLegacy?.(password) ?? verify(comparedHash.slice(djangoPrefix.length), password)).catch(() => false),
    );
  }

  /** Whether a guess against the stored hash costs less than a guess against a new hash. */
  isWeak(encoded: string): boolean {
    const [, memoryCost, timeCost] = argon2idParameters.exec(encoded) ?? [];
    return Number(memoryCost ?? 0) * Number(timeCost ?? 0) < cost.memoryCost * cost.timeCost;
  }
}
