import type { FastifyInstance, FastifyRequest } from 'fastify';
import { spans, type Work } from '../telemetry/spans';

const open = new WeakMap<FastifyRequest, Work>();

/** One span a request, with the trace id that its answer and its log lines carry. */
export function traceRequests(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, _reply, done) => {
    const { id: traceId, method, url, headers } = request;
    const path = url.split('?', 1)[0]!;
    const work = spans.request({ traceId, traceparent: String(headers.traceparent ?? ''), method, path });
    if (work) open.set(request, work);
    done();
  });
  instance.addHook('preParsing', (request, _reply, _body, done) => {
    const work = open.get(request);
    if (work) work.run(done);
    else done();
  });
  instance.addHook('onResponse', (request, reply, done) => {
    open.get(request)?.end({ status: reply.statusCode, route: request.routeOptions.url });
    done();
  });
}
