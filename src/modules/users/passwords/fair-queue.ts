import { PasswordsBusy } from '../users.errors';

interface Waiting {
  begin(): void;
  refuse(error: Error): void;
}

/**
 * A bounded queue of which everybody has a share: the shares take turns, and where all places are taken, the longest share
 * gives one up for a newcomer who has fewer. So a crowd from one network makes itself wait, and nobody else.
 */
export class FairQueue {
  private running = 0;
  private waitingCount = 0;
  /** In the order of their turns. */
  private readonly shares = new Map<string, Waiting[]>();

  constructor(
    private readonly maxRunning: number,
    private readonly maxWaiting: number,
  ) {}

  /** @throws PasswordsBusy when there is no place, or the place was given to another share */
  async run<T>(share: string, work: () => Promise<T>): Promise<T> {
    if (this.running >= this.maxRunning) await this.turn(share);
    else this.running++;
    try {
      return await work();
    } finally {
      this.handOver();
    }
  }

  private turn(share: string): Promise<void> {
    const own = this.shares.get(share) ?? [];
    if (this.waitingCount >= this.maxWaiting) this.makePlace(own.length);
    this.waitingCount++;
    return new Promise((begin, refuse) => {
      this.shares.set(share, own);
      own.push({ begin, refuse });
    });
  }

  /** A place is handed over, not given up: a newcomer must not slip in between. */
  private handOver(): void {
    const [share, own] = this.shares.entries().next().value ?? [];
    if (share === undefined || own === undefined) return void this.running--;
    const next = own.shift() as Waiting;
    this.waitingCount--;
    // To the end of the turns, while it has somebody left.
    this.shares.delete(share);
    if (own.length > 0) this.shares.set(share, own);
    next.begin();
  }

  /** The last of the longest share goes: it would have waited longest. */
  private makePlace(ownCount: number): void {
    const [share, longest] = [...this.shares].reduce((one, other) => (other[1].length > one[1].length ? other : one));
    if (longest.length <= ownCount + 1) throw new PasswordsBusy();
    longest.pop()!.refuse(new PasswordsBusy());
    this.waitingCount--;
    if (longest.length === 0) this.shares.delete(share);
  }
}
