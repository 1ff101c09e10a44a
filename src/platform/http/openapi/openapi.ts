import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { z } from 'zod';
import { maxDepth, maxMembers } from '../server/json-body';
import { routesOf } from './documented-routes';
import { sharedHeaders, sharedParameters, sharedResponses } from './openapi-components';
import { completeOperation, streamTicketScheme, type Operation, showRules } from './openapi-operation';
import { Problems } from './openapi-problems';
import { Schemas, type Json } from './openapi-schemas';

/** Builds the OpenAPI 3.1 document of an initialised application. The result for the same routes is always byte for byte the same. */
export function buildDocument(app: NestFastifyApplication, tags: Record<string, string>): OpenAPIObject {
  const schemas = new Schemas();
  const problems = new Problems(schemas);
  const routes = routesOf(app);
  const generated = SwaggerModule.createDocument(app, header(tags), {
    operationIdFactory,
    standardSchemaConverter: (schema, { schemaType }) => ({
      schema: schemas.of(schema as z.ZodType, schemaType),
    }),
  });
  for (const [path, item] of Object.entries(generated.paths))
    for (const [method, operation] of Object.entries(item) as [string, Operation][]) {
      const route = routes.get(operation.operationId);
      if (!route) throw new Error(`${method.toUpperCase()} ${path} has no @Route: ${operation.operationId}`);
      item[method as 'get'] = completeOperation(method, path, operation, route, schemas, problems) as never;
    }
  return assemble(generated, schemas, problems);
}

/** Returns the text of `openapi.json`. */
export function emitDocument(app: NestFastifyApplication, tags: Record<string, string>): string {
  return `${JSON.stringify(buildDocument(app, tags), null, 2)}\n`;
}

function header(tags: Record<string, string>): Omit<OpenAPIObject, 'paths'> {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('TeoArt School Platform')
    .setDescription(introduction)
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'This server')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description:
          'The `accessToken` of `POST /api/v1/auth/login`, or an API key of an administrator (`teoart_…`) on the operations that name a scope.',
      },
      'bearer',
    )
    .addApiKey(
      {
        type: 'apiKey',
        in: 'query',
        name: 'ticket',
        description: 'A ticket for one event stream, for clients that cannot send a header, such as `EventSource`.',
      },
      streamTicketScheme,
    )
    .addSecurityRequirements('bearer');
  for (const [name, description] of Object.entries(tags)) builder.addTag(name, description);
  const document = builder.build();
  Object.assign(document.info, { 'x-rules': showRules(rulesOfEveryRoute) });
  return document;
}

/** Rules that every route has, and no schema states. */
const rulesOfEveryRoute = {
  storable_text: 'No text contains U+0000 or half of a surrogate pair.',
  max_length: 'Lengths are counted in UTF-16 code units, as JavaScript does.',
  max_members: `A body has at most ${maxMembers.toLocaleString('en')} members in all its objects and lists.`,
  max_depth: `A body is nested at most ${maxDepth} levels deep.`,
  member_name: 'No member of a body is named `__proto__`, `prototype` or `constructor`.',
  cursor: 'A cursor is the `nextCursor` of the page before, with the same filters and order.',
};

const introduction = [
  'An online art school with a coin: courses, progress, TeoCoins, badges, notifications.',
  'Errors are problem documents (RFC 9457). Switch on `code`, show `detail`, and quote `traceId` to support. `errors[].pointer` names the invalid part of `{ body, query, path, header }`, and `errors[].rule` the broken rule. Rules that a schema cannot say are listed as `x-rule` and `x-rules`.',
  'Lists return `{ data, page: { nextCursor, hasMore } }`. Send `nextCursor` as `cursor` for the next page.',
  '`Idempotency-Key` is required on requests that move coins and on messages to a course, and optional on other requests that create. Send `If-Match` when you edit.',
].join('\n\n');

/** The name of the handler, such as `listCourses`. Generated clients take it as the name of a function. */
const operationIdFactory = (_controller: string, method: string): string => method;

function assemble(generated: OpenAPIObject, schemas: Schemas, problems: Problems): OpenAPIObject {
  const { components, ...withoutComponents } = generated;
  const responses = { ...sharedResponses, ...problems.responses };
  const completed = schemas.complete({ ...withoutComponents, responses, examples: problems.examples });
  const { document } = completed;
  const sortedComponents = {
    headers: sortKeys(sharedHeaders),
    parameters: sortKeys(sharedParameters),
    responses: sortKeys(document.responses),
    examples: sortKeys(document.examples),
    schemas: sortKeys(completed.schemas),
  };
  const { openapi, info, servers, tags, security } = document;
  return {
    openapi,
    info,
    servers,
    tags,
    security,
    paths: sortKeys(document.paths),
    components: { securitySchemes: components?.securitySchemes, ...sortedComponents },
  } as OpenAPIObject;
}

function sortKeys(record: object): Json {
  return Object.fromEntries(Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1)));
}
