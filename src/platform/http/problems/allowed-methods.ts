import type { FastifyInstance } from 'fastify';
import { MethodNotAllowed } from './http.errors';

/** Finds the methods that an address supports, because Fastify's router only reports that no route matches. */
export class AllowedMethods {
  private readonly routes: { methods: string[]; segments: string[] }[] = [];
  private readonly literalPaths = new Set<string>();

  constructor(instance: FastifyInstance) {
    instance.addHook('onRoute', ({ method, url }) => {
      this.routes.push({ methods: [method].flat(), segments: url.split('/') });
      if (!url.includes(':')) this.literalPaths.add(url);
    });
  }

  allowedFor(url: string): string[] {
    const segments = pathOf(url).split('/');
    const matching = this.routes.filter((route) => matchesTemplate(segments, route.segments));
    const literal = matching.filter((route) => !route.segments.some(isParameter));
    const methods = (literal.length > 0 ? literal : matching).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  }

  /**
   * From now on refuses `DELETE /wallets/challenge` with 405 if `/wallets/challenge` only supports POST, although the router has matched
   * `DELETE /wallets/{id}`. Without this, the caller would be told that "challenge" is not an id.
   */
  requireLiteralMatches(instance: FastifyInstance): void {
    instance.addHook('onRequest', ({ url, routeOptions }, _reply, done) => {
      const path = pathOf(url);
      const isRefused = routeOptions.url?.includes(':') && this.literalPaths.has(path);
      done(isRefused ? new MethodNotAllowed(this.allowedFor(path)) : undefined);
    });
  }
}

const pathOf = (url: string): string => url.split('?', 1)[0]!;
const isParameter = (segment: string): boolean => segment.startsWith(':');

function matchesTemplate(segments: string[], template: string[]): boolean {
  if (template.length !== segments.length || template.includes('*')) return false;
  return template.every((expected, index) =>
    isParameter(expected) ? segments[index] !== '' : segments[index] === expected,
  );
}
