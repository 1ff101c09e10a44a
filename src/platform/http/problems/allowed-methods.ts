import type { FastifyInstance } from 'fastify';

/** Finds the methods that an address supports, because Fastify's router only reports that no route matches. */
export class AllowedMethods {
  private readonly routes: { methods: string[]; segments: string[] }[] = [];

  constructor(instance: FastifyInstance) {
    instance.addHook('onRoute', ({ method, url }) => {
      this.routes.push({ methods: [method].flat(), segments: url.split('/') });
    });
  }

  allowedFor(url: string): string[] {
    const segments = url.split('?', 1)[0]!.split('/');
    const matching = this.routes.filter((route) => matchesTemplate(segments, route.segments));
    return [...new Set(matching.flatMap((route) => route.methods))].sort();
  }
}

/** True if the segments of an address match those of a route, such as `courses` and `:id`. */
function matchesTemplate(segments: string[], template: string[]): boolean {
  if (template.length !== segments.length || template.includes('*')) return false;
  return template.every((expected, index) => {
    const isParameter = expected.startsWith(':');
    return isParameter ? segments[index] !== '' : segments[index] === expected;
  });
}
