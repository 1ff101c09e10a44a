import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';

/**
 * The one source of "now". Times are set here, in the application, because SQLite's own clock is second-precise
 * and a test or the demo school must be able to live on another day.
 */
@Injectable()
export class Clock {
  private readonly elsewhere = new AsyncLocalStorage<Date>();
  private fixed: Date | null = null;

  now(): Date {
    return new Date(this.moved ?? Date.now());
  }

  /** The instant it was moved to; null where it goes by itself, and the database's clock may be asked instead. */
  get moved(): Date | null {
    return this.elsewhere.getStore() ?? this.fixed;
  }

  /** Runs `work` at another instant; nested and concurrent calls do not see each other. */
  at<T>(instant: Date, work: () => Promise<T>): Promise<T> {
    return this.elsewhere.run(instant, work);
  }

  /** Stops the clock at an instant for every caller (`null`: real time again). For tests. */
  stopAt(instant: Date | null): void {
    this.fixed = instant;
  }
}
