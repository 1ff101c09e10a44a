import { FastifyAdapter } from '@nestjs/platform-fastify';
import { LogController, type FastifyBaseLogger, type FastifyReply, type FastifyRequest } from 'fastify';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { createLogger } from './log';
import { HeadersTooLarge, MalformedRequest } from '../problems/http.errors';
import { problemContentType, problemOf } from '../problems/problem';
import { sendProblem } from '../problems/problem.filter';
import { securityHeaders } from './security-headers';
import { traceIdOf } from './trace-id';
import { translate } from '../problems/translate-error';

interface AdapterConfig {
  trustProxyHops: number;
  logLevel: string;
  isHttps: boolean;
}

type Headers = Readonly<Record<string, string>>;

/** The server drops a request that is not complete after this time, so that slow senders do not hold connections. */
const receiveTimeoutMs = 60_000;

/** Creates the Fastify adapter that every server process uses: `NestFactory.create(AppModule, createAdapter(config))`. */
export function createAdapter(config: AdapterConfig, logger = createLogger(config.logLevel)): FastifyAdapter {
  const headers = securityHeaders(config.isHttps);
  return new FastifyAdapter({
    loggerInstance: logger,
    // `logRequests` (log.ts) writes one line for each request instead.
    logController: new LogController({ disableRequestLogging: true }),
    // A logger for each request would take 3 % of the time of a small one, and few requests write a second line.
    childLoggerFactory: (shared: FastifyBaseLogger) => shared,
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
    frameworkErrors: sendRoutingProblem(headers),
    clientErrorHandler: rejectInvalidHttp(headers),
  });
}

/** Stops the start at a route with a schema of Fastify, because requests and responses are described with zod. */
function refuseSchema(): never {
  throw new Error('A route has a schema of Fastify. Describe its requests with zod and its response in @Route');
}

/** Sends the problem of a malformed or too long address. It sets all headers, because the router rejects the address before any hook runs. */
const sendRoutingProblem =
  (headers: Headers) =>
  (error: Error, request: FastifyRequest, reply: FastifyReply): void => {
    reply.headers(headers).header('x-trace-id', request.id);
    sendProblem(request, reply, translate(error));
  };

/** Writes a response directly to the socket, because for bytes that are not HTTP there is no request object. */
const rejectInvalidHttp =
  (headers: Headers) =>
  (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const isTooLarge = error.code === 'HPE_HEADER_OVERFLOW';
    const problem = problemOf(
      isTooLarge ? new HeadersTooLarge() : new MalformedRequest('This is not an HTTP request.'),
      traceIdOf({}),
    );
    const body = JSON.stringify(problem);
    const lines = Object.entries({
      ...headers,
      'cache-control': 'no-store',
      'content-type': problemContentType,
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines.join('')}\r\n${body}`);
  };
