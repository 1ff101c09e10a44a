/**
 * Whether the client disconnected while it sent a body.
 *
 * Relies on: the text of the error that Node gives to a request whose connection closes before the end of its body.
 * Why: this is no fault of the server, but Fastify passes the error on without a code of its own. Its code ECONNRESET is not enough,
 * because a broken connection to the database has it too.
 * Missing: a class or a code of its own.
 */
export const isAbortedBody = (error: unknown): boolean => error instanceof Error && error.message === 'aborted';
