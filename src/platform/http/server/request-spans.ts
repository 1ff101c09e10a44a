import type { FastifyInstance, FastifyRequest } from 'fastify';
import { spans, type RequestSpan } from '../../telemetry/spans';

const spansByRequest = new WeakMap<FastifyRequest, RequestSpan>();

/** Records one span for each request, with the trace id of its response and its log lines. */
export function traceRequests(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, _reply, done) => {
    const { id: traceId, method, url, headers } = request;
    const path = url.split('?', 1)[0]!;
    const span = spans.startRequest({ traceId, traceparent: String(headers.traceparent ?? ''), method, path });
    if (span) spansByRequest.set(request, span);
    done();
  });
  instance.addHook('preParsing', (request, _reply, _body, done) => {
    const span = spansByRequest.get(request);
    if (span) span.run(done);
    else done();
  });
  instance.addHook('onResponse', (request, reply, done) => {
    spansByRequest.get(request)?.end({ status: reply.statusCode, route: request.routeOptions.url });
    done();
  });
}
