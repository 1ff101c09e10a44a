import type { Histogram } from './histogram';

/** A normalised statement; `example` is one of its texts as sent, for plans: without values, which travel apart. */
export interface Statement {
  readonly id: string;
  readonly text: string;
  readonly example: string | null;
  readonly isControl: boolean;
  readonly series: Map<string, Series>;
}

export interface Series {
  readonly route: string;
  readonly durations: Histogram;
  rows: number;
}
