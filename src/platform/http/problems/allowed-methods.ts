import type { FastifyInstance } from 'fastify';

/** Finds the methods that an address supports, because the router only reports that no route matches. */
export class AllowedMethods {
  private readonly routes: { methods: string[]; segments: string[] }[] = [];

  constructor(instance: FastifyInstance) {
    instance.addHook('onRoute', ({ method, url }) => {
      this.routes.push({ methods: [method].flat(), segments: url.split('/') });
    });
  }

  allowedFor(url: string): string[] {
    const segments = url.split('?', 1)[0]!.split('/');
    const methods = this.routes.filter((route) => matches(route.segments, segments)).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  }
}

function matches(template: string[], segments: string[]): boolean {
  if (template.length !== segments.length || template.includes('*')) return false;
  return template.every((segment, i) => (segment.startsWith(':') ? segments[i] !== '' : segment === segments[i]));
}
