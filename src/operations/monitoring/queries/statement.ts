import type { Histogram } from '../samples/histogram';

/** A normalized statement, with its execution times by route. */
export interface Statement {
  readonly id: string;
  readonly text: string;
  /** One of the texts that were sent, with parameters in place of values. The plan is made for it; null if the text is too long. */
  readonly example: string | null;
  readonly isControl: boolean;
  readonly series: Map<string, Series>;
}

/** Routes and jobs of the monitoring itself, which are excluded from findings. */
const ownRoutes = /\/operations\/|^platform:sample|^process sampler/;

export const isOwnRoute = (route: string | null): boolean => ownRoutes.test(route ?? '');
/** Whether only the monitoring sends the statement. */
export const isOwnStatement = ({ series }: Statement): boolean => [...series.keys()].every(isOwnRoute);

export interface Series {
  readonly route: string;
  readonly durations: Histogram;
  rows: number;
}
