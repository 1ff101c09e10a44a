/** The calendar date of an instant in UTC. Daily limits use UTC, so that all limits start again at the same time for all users. */
export const utcDayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

export const startOfUtcDay = (instant: Date): Date => new Date(`${utcDayOf(instant)}T00:00:00.000Z`);

export const nextUtcDay = (instant: Date): Date => new Date(startOfUtcDay(instant).getTime() + 24 * 3_600_000);
