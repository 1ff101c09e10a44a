import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Argon2 } from './argon2';
import { djangoVerifier } from './django-passwords';
import { FairQueue } from './fair-queue';

/** OWASP's first recommendation for argon2id with a parallelism of 1: 46 MiB and one pass. The library uses argon2id by default. */
const cost = { memoryCost: 47_104, timeCost: 1, parallelism: 1 };
const maxRunning = 2;
const maxWaiting = 100;
const djangoPrefix = 'argon2';
const argon2idFormat = /^argon2\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$/;

/** Passwords for unknown accounts are compared with this hash, so that they take the same time as for known accounts. No password has a digest of zeros. */
const placeholderHash = [
  `${djangoPrefix}$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}`,
  Buffer.alloc(16).toString('base64').replaceAll('=', ''),
  Buffer.alloc(32).toString('base64').replaceAll('=', ''),
].join('$');

/** Computes password hashes in Django's encoding. A bounded queue limits the memory because each hash needs 46 MiB. */
@Injectable()
export class Passwords implements OnApplicationShutdown {
  private readonly argon2 = new Argon2(maxRunning);
  private readonly queue = new FairQueue(maxRunning, maxWaiting);

  /**
   * @param group the network of the caller; the queue is fair between groups
   * @throws PasswordsBusy when the queue is full
   */
  async hash(password: string, group = ''): Promise<string> {
    return this.queue.run(group, async () => djangoPrefix + (await this.argon2.hash(password, cost)));
  }

  /**
   * Returns whether the password belongs to the stored hash. Does the same work for an unknown account (`storedHash` is
   * null), an account without a password and a known account. Only hashes of other Django algorithms take a different time,
   * until the owner signs in and the password is hashed again.
   * @throws PasswordsBusy when the queue is full
   */
  async isCorrect(password: string, storedHash: string | null, group = ''): Promise<boolean> {
    const verifyDjangoHash = djangoVerifier(storedHash ?? '');
    const comparedHash = storedHash?.startsWith(`${djangoPrefix}$`) ? storedHash : placeholderHash;
    const verifyArgon2 = (): Promise<boolean> => this.argon2.verify(comparedHash.slice(djangoPrefix.length), password);
    return this.queue.run(group, () => (verifyDjangoHash ? verifyDjangoHash(password) : verifyArgon2()));
  }

  /** After the last request, which may still check a password. */
  onApplicationShutdown = (): Promise<void> => this.argon2.close();

  /** Whether a guess against the stored hash costs less than a guess against a new hash. */
  isWeak(storedHash: string): boolean {
    const [, memoryCost, timeCost] = argon2idFormat.exec(storedHash) ?? [];
    const storedCost = Number(memoryCost ?? 0) * Number(timeCost ?? 0);
    return storedCost < cost.memoryCost * cost.timeCost;
  }
}
