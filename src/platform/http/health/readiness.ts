import { Injectable } from '@nestjs/common';

/** Says whether this process is stopping. `stop` is called before the shutdown, so that load balancers send requests to other processes. */
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
