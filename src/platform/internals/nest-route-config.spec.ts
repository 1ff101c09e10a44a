import 'reflect-metadata';
import { RouteConfig } from '@nestjs/platform-fastify';
import { routeConfigKey } from './nest-route-config';

it('the decorator RouteConfig of Nest writes the route configuration under routeConfigKey', () => {
  const handler = (): void => undefined;
  RouteConfig({ paint: 'wet' })({}, 'hang', { value: handler });
  expect(Reflect.getMetadata(routeConfigKey, handler)).toEqual({ paint: 'wet' });
});
