/*
 * Relies on: the metadata key under which Nest keeps Fastify's route configuration, and the file that exports the key.
 * Why: several of our decorators add to the configuration of one route.
 * Missing: Nest's own decorator RouteConfig replaces the options of earlier decorators, and importing it loads Fastify in processes
 * that have no server.
 */
export { FASTIFY_ROUTE_CONFIG_METADATA as routeConfigKey } from '@nestjs/platform-fastify/constants';
