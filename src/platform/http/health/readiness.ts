import { Injectable } from '@nestjs/common';

/** Holds whether this process is stopping. It is set before the shutdown, so that load balancers send requests elsewhere. */
@Injectable()
export class Readiness {
  private stopping = false;

  get isStopping(): boolean {
    return this.stopping;
  }

  stop(): void {
    this.stopping = true;
  }
}
