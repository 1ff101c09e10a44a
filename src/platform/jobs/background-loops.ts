import { Injectable } from '@nestjs/common';

/** Work that a worker does without a schedule, such as sending what waits. */
export interface BackgroundLoop {
  start(): void;
}

/** The loops that `startWorker` starts, as the last step of a start. */
@Injectable()
export class BackgroundLoops {
  private readonly loops: BackgroundLoop[] = [];

  register(loop: BackgroundLoop): void {
    this.loops.push(loop);
  }

  start(): void {
    for (const loop of this.loops) loop.start();
  }
}
