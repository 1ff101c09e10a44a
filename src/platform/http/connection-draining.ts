import type { Server, Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Readiness } from './readiness';

const sweepEveryMs = 50;
/** A second of them. */
const mostSilences = 20;
const quietTurns = 5;

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
  instance.addHook('preClose', async () => {
    const sweep = setInterval(() => closeWhatIsLeft(instance, sockets), sweepEveryMs);
    instance.server.once('close', () => clearInterval(sweep));
    await acceptWhatHasArrived(instance.server);
  });
}

/**
 * Closing resets what has arrived but was not looked at yet. Each turn of the event loop accepts one connection (libuv since 1.46), and a later one
 * reads it: until nobody has come for some turns, or a second has gone.
 */
async function acceptWhatHasArrived(server: Server): Promise<void> {
  let quiet = 0;
  const come = (): unknown => (quiet = 0);
  server.on('connection', come);
  for (const since = performance.now(); quiet < quietTurns && performance.now() - since < 1_000; quiet++) await turn();
  server.off('connection', come);
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
