import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';

/**
 * The source of the current time. The application, and not the database, sets the times of rows, because tests and the demo school
 * need to move the time, and because SQLite's CURRENT_TIMESTAMP has only seconds.
 */
@Injectable()
export class Clock {
  private readonly movedTo = new AsyncLocalStorage<Date>();
  private fixed: Date | null = null;

  now(): Date {
    return new Date(this.moved ?? Date.now());
  }

  /** The instant that the clock was moved to. It is null if the clock was not moved, and then the database's clock may be used instead. */
  get moved(): Date | null {
    return this.movedTo.getStore() ?? this.fixed;
  }

  /** Runs `work` with the clock moved to another instant. Nested and concurrent calls do not affect each other. */
  at<T>(instant: Date, work: () => Promise<T>): Promise<T> {
    return this.movedTo.run(instant, work);
  }

  /** Stops the clock at an instant for every caller; null makes it run again. Only tests call this. */
  stopAt(instant: Date | null): void {
    this.fixed = instant;
  }
}
