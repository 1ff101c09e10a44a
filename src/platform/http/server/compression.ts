import compress from '@fastify/compress';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addVary } from '../etag';

/** A shorter response is sent as quickly without compression, and costs less CPU. */
const minCompressedBytes = 4_096;
const compressibleTypes = /^text\/(?!event-stream)|[/+](json|javascript|xml)\b/;

/** Must be called before the ETags are set, because a 304 loses its body there, and ETags identify the text and not its encoding. */
export function varyByEncoding(instance: FastifyInstance): void {
  const requestsWithCompression = new WeakSet<FastifyRequest>();
  instance.addHook('onSend', (request, reply, payload, done) => {
    if (!isCompressible(reply, payload)) return done();
    addVary(reply, 'accept-encoding');
    if (/\b(br|gzip)\b|\*/.test(request.headers['accept-encoding'] ?? '')) requestsWithCompression.add(request);
    done();
  });
  // Fastify sets the length of the body as it is before compression, and 0 for a 304. This hook runs after that.
  instance.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD') return;
    const removeLength = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      if (reply.statusCode === 304 || requestsWithCompression.has(request)) reply.removeHeader('content-length');
    };
    route.onSend = [...[route.onSend ?? []].flat(), removeLength];
  });
}

export async function compressResponses(instance: FastifyInstance): Promise<void> {
  await instance.register(compress, {
    encodings: ['br', 'gzip'],
    threshold: minCompressedBytes,
    customTypes: compressibleTypes,
    // Compressed bodies of requests are not accepted, because a small one can become very large.
    globalDecompression: false,
  });
}

function isCompressible(reply: FastifyReply, payload: unknown): boolean {
  const hasType = compressibleTypes.test(String(reply.getHeader('content-type') ?? ''));
  return hasType && (typeof payload === 'string' || Buffer.isBuffer(payload)) && isLong(payload);
}

const isLong = (payload: string | Buffer): boolean => Buffer.byteLength(payload) >= minCompressedBytes;
