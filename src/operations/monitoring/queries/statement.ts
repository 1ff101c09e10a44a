import type { Histogram } from '../samples/histogram';

/** A normalized statement. `example` is one of the texts that were sent, without values; it is used to get a plan. */
export interface Statement {
  readonly id: string;
  readonly text: string;
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
