import { AsyncLocalStorage } from 'node:async_hooks';

/** Whether the request at hand has committed something: from then on it reads where that can be seen. */
interface Freshness {
  wrote: boolean;
}

const requests = new AsyncLocalStorage<Freshness>();
const declared = new AsyncLocalStorage<true>();

/** Everything `work` sets off is one request. */
export const asOneRequest = <T>(work: () => T): T => requests.run({ wrote: false }, work);

export function noteWrite(): void {
  const request = requests.getStore();
  if (request) request.wrote = true;
}

export const lagging = <T>(work: () => Promise<T>): Promise<T> => declared.run(true, work);
/** Work that is no request (a job, an event's delivery) always follows a write. */
export const mayLag = (): boolean => declared.getStore() === true && requests.getStore()?.wrote === false;
