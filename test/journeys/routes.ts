import type { Contract } from '../support/contract';

export interface Schema {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  format?: string;
  maxLength?: number;
  examples?: unknown[];
  [keyword: string]: unknown;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}

/** One operation of the OpenAPI document, with its references resolved. */
export interface Route {
  /** `GET /api/v1/courses/{id}` */
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  template: string;
  isPublic: boolean;
  parameters: Parameter[];
  /** The name of the component that describes the body. */
  bodySchema?: string;
  /** A request without a body is accepted too. */
  isBodyOptional?: boolean;
  /** The example of a body in the document. */
  bodyExample?: unknown;
}

interface Operation {
  security?: object[];
  parameters?: ({ $ref: string } | Parameter)[];
  requestBody?: { required?: boolean; content: Record<string, { schema: { $ref: string } }> };
}
interface Components {
  schemas: Record<string, Schema>;
  parameters: Record<string, Parameter>;
}

/** Every route of the document. A test that uses this list also covers new routes. */
export function routesOf(document: Contract): Route[] {
  return Object.entries(document.paths).flatMap(([template, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]) =>
      routeOf(document.components as Components, method.toUpperCase() as Route['method'], template, operation),
    ),
  );
}

function routeOf(components: Components, method: Route['method'], template: string, operation: Operation): Route {
  const bodySchema = operation.requestBody?.content['application/json']?.schema.$ref.split('/').at(-1);
  return {
    name: `${method} ${template}`,
    method,
    template,
    isPublic: isPublic(operation),
    parameters: (operation.parameters ?? []).map((parameter) =>
      '$ref' in parameter ? components.parameters[parameter.$ref.split('/').at(-1)!]! : parameter,
    ),
    ...(bodySchema ? { bodySchema, bodyExample: components.schemas[bodySchema]!.examples?.[0] } : {}),
    ...(operation.requestBody?.required === false ? { isBodyOptional: true } : {}),
  };
}

/** Without any security, or with an empty requirement among others, which stands for "no token". */
const isPublic = ({ security }: Operation): boolean =>
  security !== undefined &&
  (security.length === 0 || security.some((requirement) => Object.keys(requirement).length === 0));

/** The path in the form that `Client` expects: without the `/api/v1` prefix, or absolute. */
export function addressOf({ template }: Route, ids: Record<string, string | number> = {}): string {
  const values: Record<string, string | number> = { name: 'platform:expire-job-runs', ...ids };
  const filled = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (values[name] === undefined) throw new Error(`No test has a value for {${name}} of ${template}`);
    return String(values[name]);
  });
  return filled.startsWith('/api/v1') ? filled.slice('/api/v1'.length) : `/${filled}`;
}
