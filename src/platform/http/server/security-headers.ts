import type { FastifyInstance } from 'fastify';
import { routeConfigOf, type RouteConfig } from '../route-config';

/** API responses are data, so a browser that opens a response as a page must load and run nothing. */
const apiPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Swagger UI may load only files of this server and no inline code. Its icons are `data:` images. */
const docsPolicy = `${apiPolicy}; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'`;

/** The configuration of a public page. The routes that the page calls for its data still require authentication. */
export const pageConfig: RouteConfig = { policy: docsPolicy, isPublic: true };

/**
 * The headers that helmet would set, without those for old browsers. Helmet itself is not used, because building its eleven
 * headers for each request takes a fifth of the time of a small response.
 */
const apiHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': apiPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  // Front ends on other origins read the responses, and CORS decides which origins may.
  'cross-origin-resource-policy': 'cross-origin',
};

const httpsOnly = { 'strict-transport-security': 'max-age=31536000; includeSubDomains' };

/** The headers of every response. With HTTPS they tell the browser to use nothing else for a year, which it ignores over plain HTTP. */
export const securityHeaders = (isHttps: boolean): Readonly<Record<string, string>> =>
  isHttps ? { ...apiHeaders, ...httpsOnly } : apiHeaders;

/**
 * Sets the security headers and the trace id on every response. A route may set its own `config.policy`.
 * @param isHttps whether the school has an https address; a proxy may not forward the protocol of a request
 */
export function secureHeaders(instance: FastifyInstance, isHttps: boolean): void {
  const headers = securityHeaders(isHttps);
  instance.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-trace-id', request.id);
    const { policy } = routeConfigOf(request);
    if (policy) reply.header('content-security-policy', policy);
    // On a development machine without HTTPS, this header would make the browser refuse the machine for a year.
    if (request.protocol === 'https') reply.headers(httpsOnly);
    done();
  });
}
