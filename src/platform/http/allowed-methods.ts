import type { FastifyInstance } from 'fastify';

/** Which methods an address knows: the router itself only says that it found nothing. */
export class AllowedMethods {
  private readonly routes: { methods: string[]; steps: string[] }[] = [];

  constructor(instance: FastifyInstance) {
    instance.addHook('onRoute', ({ method, url }) => {
      this.routes.push({ methods: [method].flat(), steps: url.split('/') });
    });
  }

  of(url: string): string[] {
    const steps = url.split('?', 1)[0]!.split('/');
    const found = this.routes.filter((route) => matches(route.steps, steps)).flatMap((route) => route.methods);
    return [...new Set(found)].sort();
  }
}

function matches(template: string[], steps: string[]): boolean {
  if (template.length !== steps.length || template.includes('*')) return false;
  return template.every((step, i) => (step.startsWith(':') ? steps[i] !== '' : step === steps[i]));
}
