import fastifyHelmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

const none = ["'none'"];
const self = ["'self'"];

/** An answer of the API is data: a browser that is tricked into opening one may load and run nothing. */
const apiPolicy = { defaultSrc: none, baseUri: none, formAction: none, frameAncestors: none };

/** Swagger UI, from our own files only. Its React sets style attributes, and its icons are data: images. */
export const docsPolicy = {
  ...apiPolicy,
  scriptSrc: self,
  styleSrc: [...self, "'unsafe-inline'"],
  imgSrc: [...self, 'data:'],
  connectSrc: self,
};

const oneYear = 'max-age=31536000; includeSubDomains';

export async function secureHeaders(instance: FastifyInstance): Promise<void> {
  await instance.register(fastifyHelmet, {
    contentSecurityPolicy: { useDefaults: false, directives: apiPolicy },
    hsts: false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    // Read by front ends of other origins; which ones is for CORS to say.
    crossOriginResourcePolicy: { policy: 'cross-origin' },
  });
  // A browser told this over plain HTTP on a laptop would refuse the laptop for a year.
  instance.addHook('onRequest', (request, reply, done) => {
    if (request.protocol === 'https') reply.header('strict-transport-security', oneYear);
    done();
  });
}
