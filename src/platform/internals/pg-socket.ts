import type { ClientBase } from 'pg';

type ClientWithSocket = ClientBase & { connection: { stream: { destroy(): void } } };

/**
 * Closes the socket of a connection at once.
 *
 * Relies on: `connection.stream` of a client of pg is its socket.
 * Why: `end` and `release(true)` wait until the server closes the connection. On a broken network the socket would stay open for 15
 * minutes.
 * Missing: an end that does not wait.
 */
export const destroySocket = (client: ClientBase): void => (client as ClientWithSocket).connection.stream.destroy();
