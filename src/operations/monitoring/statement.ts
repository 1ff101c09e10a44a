import type { Histogram } from './histogram';

/** A normalised statement; `example` is one of its texts as sent, for plans: without values, which travel apart. */
export interface Statement {
  readonly id: string;
  readonly text: string;
  readonly example: string | null;
  readonly isControl: boolean;
  readonly series: Map<string, Series>;
}

/** What looks at the database is not what is wrong with it. */
const ownRoutes = /\/operations\/|^platform:sample|^process sampler/;

export const isOwnRoute = (route: string | null): boolean => ownRoutes.test(route ?? '');
/** Sent by monitoring alone. */
export const isOwnStatement = ({ series }: Statement): boolean => [...series.keys()].every(isOwnRoute);

export interface Series {
  readonly route: string;
  readonly durations: Histogram;
  rows: number;
}
