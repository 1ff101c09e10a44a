/** The calendar date of an instant in UTC: limits of a day begin anew at the same moment for everybody. */
export const utcDayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

export const startOfUtcDay = (instant: Date): Date => new Date(`${utcDayOf(instant)}T00:00:00.000Z`);

export const nextUtcDay = (instant: Date): Date => new Date(startOfUtcDay(instant).getTime() + 24 * 3_600_000);
