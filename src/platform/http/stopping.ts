import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Readiness } from './readiness';

const sweepEveryMs = 50;

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

function socketsOf(instance: FastifyInstance): Set<Socket> {
  const sockets = new Set<Socket>();
  instance.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

/** What has been answered since, and what was opened in advance and never asked: Node counts that as busy for a minute. */
function closeWhatIsLeft(instance: FastifyInstance, sockets: Set<Socket>): void {
  instance.server.closeIdleConnections();
  for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
}
