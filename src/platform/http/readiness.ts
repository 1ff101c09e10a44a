import { Injectable } from '@nestjs/common';

/** Whether this process wants new work: turned off first when it stops, so that a balancer looks elsewhere. */
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
