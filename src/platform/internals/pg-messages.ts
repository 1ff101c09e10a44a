/*
 * Relies on: the texts of the errors that pg and its pool create themselves.
 * Why: such an error means that the database cannot be reached, so the response is a 503.
 * Missing: a code or a class. These errors have only a message.
 */
const noConnection =
  /timeout exceeded when trying to connect|Connection terminated|is not queryable|Query read timeout/i;
const queryTimeout = /Query read timeout/;

/** Whether pg gives this error message when it has no response from the server. */
export const meansNoConnection = (message: string): boolean => noConnection.test(message);
/** Whether pg gives this error message when it stops waiting for a statement. */
export const meansQueryTimeout = (message: string): boolean => queryTimeout.test(message);
