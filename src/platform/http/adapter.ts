import { FastifyAdapter } from '@nestjs/platform-fastify';
import { LogController, type FastifyReply, type FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { createLogger } from './log';
import { MalformedRequest } from './http.errors';
import { problemContentType, problemOf } from './problem';
import { sendProblem } from './problem.filter';
import { apiHeaders } from './security-headers';
import { traceIdOf } from './trace-id';
import { translate } from './translate-error';

export interface AdapterConfig {
  trustProxyHops: number;
  requestTimeoutMs: number;
  logLevel: string;
}

/** A request that is not complete after this is dropped: slow senders must not hold connections. */
const receiveTimeoutMs = 60_000;

/** Fastify as every process of ours starts it: `NestFactory.create(AppModule, createAdapter(config))`. */
export function createAdapter(config: AdapterConfig, logger = createLogger(config.logLevel)): FastifyAdapter {
  return new FastifyAdapter({
    loggerInstance: logger,
    // We write our own line a request, see log.ts.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'traceId' }),
    requestIdHeader: false,
    genReqId: (request: IncomingMessage) => traceIdOf(request.headers),
    // Nobody in front of us: a forwarded header is a stranger's word.
    trustProxy: config.trustProxyHops > 0 && ((_address: string, hop: number) => hop < config.trustProxyHops),
    requestTimeout: receiveTimeoutMs,
    handlerTimeout: config.requestTimeoutMs,
    // Our own draining answers with problems; Fastify's would not.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: refuseUnroutable,
    clientErrorHandler: refuseBrokenRequest,
  });
}

/** The router answers a broken or over-long address before any hook has run, so the headers are set here again. */
function refuseUnroutable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(apiHeaders).header('x-trace-id', request.id);
  sendProblem(request, reply, translate(error));
}

/** What is not even HTTP: there is no request yet, only a socket. */
function refuseBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const body = JSON.stringify(problemOf(new MalformedRequest('This is not an HTTP request.'), traceIdOf({})));
  const head = `Content-Type: ${problemContentType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close`;
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n\r\n${body}`);
}
