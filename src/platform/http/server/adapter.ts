import { FastifyAdapter } from '@nestjs/platform-fastify';
import { LogController, type FastifyReply, type FastifyRequest } from 'fastify';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { createLogger } from './log';
import { HeadersTooLarge, MalformedRequest } from '../problems/http.errors';
import { problemContentType, problemOf } from '../problems/problem';
import { sendProblem } from '../problems/problem.filter';
import { apiHeaders } from './security-headers';
import { traceIdOf } from './trace-id';
import { translate } from '../problems/translate-error';

export interface AdapterConfig {
  trustProxyHops: number;
  logLevel: string;
}

/** The server drops a request that is not complete after this time, so that slow senders do not hold connections. */
const receiveTimeoutMs = 60_000;

/** Creates the Fastify adapter that every server process uses: `NestFactory.create(AppModule, createAdapter(config))`. */
export function createAdapter(config: AdapterConfig, logger = createLogger(config.logLevel)): FastifyAdapter {
  return new FastifyAdapter({
    loggerInstance: logger,
    // `logRequests` (log.ts) writes one line for each request instead.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'traceId' }),
    requestIdHeader: false,
    genReqId: (request: IncomingMessage) => traceIdOf(request.headers),
    // Without a proxy of the operator, every caller can write the forwarded headers, so they are ignored.
    trustProxy: config.trustProxyHops > 0 && ((_address: string, hop: number) => hop < config.trustProxyHops),
    requestTimeout: receiveTimeoutMs,
    // While the process stops, the application sends its own 503, because Fastify's response is not a problem document.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    // Without these, Fastify loads its compilers of schemas, more than 100 files that no route uses.
    schemaController: { compilersFactory: { buildValidator: refuseSchema, buildSerializer: refuseSchema } },
    frameworkErrors: sendRoutingProblem,
    clientErrorHandler: rejectInvalidHttp,
  });
}

/** Stops the start at a route with a schema of Fastify, because requests and responses are described with zod. */
function refuseSchema(): never {
  throw new Error('A route has a schema of Fastify. Describe its requests with zod and its response in @Route');
}

/** Sends the problem of a malformed or too long address. It sets all headers, because the router rejects the address before any hook runs. */
function sendRoutingProblem(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(apiHeaders).header('x-trace-id', request.id);
  sendProblem(request, reply, translate(error));
}

/** Writes a response directly to the socket, because for bytes that are not HTTP there is no request object. */
function rejectInvalidHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const isTooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const problem = problemOf(
    isTooLarge ? new HeadersTooLarge() : new MalformedRequest('This is not an HTTP request.'),
    traceIdOf({}),
  );
  const body = JSON.stringify(problem);
  const head = `Content-Type: ${problemContentType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close`;
  socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${head}\r\n\r\n${body}`);
}
