/** An error as the row of a delivery keeps it. A mail server may answer with a long text. */
export const storedError = (error: string): string => error.slice(0, 2_000);
