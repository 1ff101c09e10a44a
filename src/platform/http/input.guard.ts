import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { inputsOf, type RouteInputs } from '../internals/nest-route-inputs';
import { ValidationFailed } from './problems/http.errors';
import { unknownMembers } from './schema.pipe';

/**
 * Refuses a query or a body on a route that declares none, because a caller who misspells a filter or sends a body to the wrong
 * route must not believe that the server has used it. Declared queries and bodies are checked by their schemas.
 */
export class InputGuard implements CanActivate {
  private readonly inputsByHandler = new WeakMap<object, RouteInputs>();

  canActivate(context: ExecutionContext): boolean {
    const { query, body } = context.switchToHttp().getRequest<FastifyRequest>();
    const { takesQuery, takesBody } = this.inputsOfRoute(context);
    if (!takesQuery) refuseQuery(query as object);
    if (!takesBody && body !== undefined)
      throw new ValidationFailed([{ pointer: '/body', message: 'This route takes no body', rule: 'no_body' }]);
    return true;
  }

  private inputsOfRoute(context: ExecutionContext): RouteInputs {
    const handler = context.getHandler();
    let inputs = this.inputsByHandler.get(handler);
    if (!inputs) this.inputsByHandler.set(handler, (inputs = inputsOf(context.getClass(), handler.name)));
    return inputs;
  }
}

function refuseQuery(query: object): void {
  const keys = Object.keys(query);
  if (keys.length > 0) throw new ValidationFailed(unknownMembers(keys, '/query'));
}
