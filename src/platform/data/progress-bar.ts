const width = 30;

/** A bar on a terminal; where nobody watches, nothing. */
export class ProgressBar {
  private done = 0;
  private drawn = 0;
  private ended = false;

  private constructor(private readonly total: number) {}

  /** The total is asked for only where somebody watches. */
  static async of(total: () => Promise<number>): Promise<ProgressBar> {
    return new ProgressBar(process.stderr.isTTY ? await total() : 0);
  }

  add(count: number): void {
    this.done += count;
    const now = performance.now();
    if (this.total === 0 || now - this.drawn < 100) return;
    this.drawn = now;
    this.draw();
  }

  end(): void {
    if (this.total === 0 || this.ended) return;
    this.ended = true;
    process.stderr.write('\r\x1b[K');
  }

  private draw(): void {
    const share = Math.min(1, this.done / this.total);
    const filled = Math.round(share * width);
    process.stderr.write(`\r[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${Math.floor(share * 100)} %`);
  }
}
