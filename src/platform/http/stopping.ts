import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Readiness } from './readiness';

const sweepEveryMs = 50;
/** A second of them. */
const mostSilences = 20;

/**
 * Only what is idle when the server closes is closed with it. A connection kept alive by an answer of the last moment would hold
 * the process for as long as Fastify keeps it, 72 seconds, and be cut under the next request of a client that still uses it.
 */
export function endConnectionsWhenStopping(instance: FastifyInstance, readiness: Readiness): void {
  instance.addHook('onSend', (_request, reply, _payload, done) => {
    if (readiness.isStopping) reply.header('connection', 'close');
    done();
  });
  const sockets = socketsOf(instance);
  instance.addHook('preClose', (done) => {
    const sweep = setInterval(() => closeWhatIsLeft(instance, sockets), sweepEveryMs);
    instance.server.once('close', () => clearInterval(sweep));
    done();
  });
}

/** Each with the sweeps in which it had not asked anything. */
function socketsOf(instance: FastifyInstance): Map<Socket, number> {
  const sockets = new Map<Socket, number>();
  instance.server.on('connection', (socket: Socket) => {
    sockets.set(socket, 0);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

/**
 * What has been answered since, and what was opened in advance and never asked: Node counts that as busy for a minute. A request
 * may have arrived and not be read yet while much is under way, so silence counts only after a while.
 */
function closeWhatIsLeft(instance: FastifyInstance, sockets: Map<Socket, number>): void {
  instance.server.closeIdleConnections();
  for (const [socket, silences] of sockets) {
    if (socket.bytesRead > 0) continue;
    if (silences >= mostSilences) socket.destroy();
    else sockets.set(socket, silences + 1);
  }
}
