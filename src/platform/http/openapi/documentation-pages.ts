import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { HeadersTooLarge, MethodNotAllowed, RouteNotFound } from '../problems/http.errors';
import { exampleOf } from '../problems/problem';
import { buildDocument } from './openapi';
import { pageConfig } from '../server/security-headers';

const assets: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const page = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>TeoArt School Platform: API</title>
  <link rel="icon" href="/docs/favicon-32x32.png">
  <link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
  <div id="ui"></div>
  <script src="/docs/swagger-ui-bundle.js"></script>
  <script src="/docs/start.js"></script>
</body>
</html>
`;

/**
 * The script of the page, served as `/docs/start.js` because the page's security policy allows no inline script. It adds a new
 * Idempotency-Key to each request without one, because Swagger UI sends no request whose required header is empty, and a
 * prefilled key would be sent twice.
 */
const startScript = `const key = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
const withKey = (request) => {
  if (request.method !== 'GET' && !request.headers['Idempotency-Key']) request.headers['Idempotency-Key'] = key();
  return request;
};
const show = (spec) => {
  const parameter = spec.components.parameters['Idempotency-Key-Required'];
  if (parameter) Object.assign(parameter, { required: false, description: parameter.description + ' If this field is empty, the page generates a key.' });
  window.ui = SwaggerUIBundle({
    spec,
    requestInterceptor: withKey,
    dom_id: '#ui',
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: 'list',
    filter: true,
    tryItOutEnabled: true,
    validatorUrl: null,
  });
};
fetch('/openapi.json').then((response) => response.json()).then(show);
`;

/** Serves `/openapi.json`, `/docs` (Swagger UI from its npm package) and `/docs/problems`. Each page is built at its first request. */
export async function serveDocumentation(
  app: NestFastifyApplication,
  instance: FastifyInstance,
  tags: Record<string, string>,
): Promise<void> {
  let document: OpenAPIObject | undefined;
  const getDocument = (): OpenAPIObject => (document ??= buildDocument(app, tags));
  const serve = (url: string, type: string, load: () => string | Buffer, cacheControl = 'no-cache'): void => {
    let content: string | Buffer | undefined;
    instance.get(url, { config: pageConfig }, (_request, reply) => {
      content ??= load();
      return reply.type(type).header('cache-control', cacheControl).send(content);
    });
  };
  const folder = dirname(require.resolve('swagger-ui-dist/package.json'));
  for (const [file, type] of Object.entries(assets))
    serve(`/docs/${file}`, type, () => readFileSync(join(folder, file)), 'public, max-age=3600');
  for (const url of ['/', '/docs/'])
    instance.get(url, { config: pageConfig }, (_request, reply) => reply.redirect('/docs', 302));
  serve('/docs', 'text/html; charset=utf-8', () => page);
  serve('/docs/start.js', 'text/javascript; charset=utf-8', () => startScript);
  serve('/docs/problems', 'text/html; charset=utf-8', () => problemsPage(getDocument()));
  serve('/openapi.json', 'application/json; charset=utf-8', () => JSON.stringify(getDocument()));
}

/** They are sent when no route has matched, so the document has no operation that could name them. */
const errorsOutsideRoutes = [HeadersTooLarge, MethodNotAllowed, RouteNotFound];

/** Builds the page that the `type` of every problem links to. */
function problemsPage(document: OpenAPIObject): string {
  const documented = Object.values(document.components?.examples ?? {}) as {
    summary: string;
    value: { code: string; status: number };
  }[];
  const others = errorsOutsideRoutes.map((error) => ({ summary: error.title, value: exampleOf(error) }));
  const problems = [...documented, ...others].sort((a, b) => (a.value.code < b.value.code ? -1 : 1));
  const rows = problems.map(
    ({ summary, value }) =>
      `<h2 id="${value.code}">${value.code}</h2>\n<p>${value.status}: ${escapeHtml(summary)}.</p>\n<pre>${escapeHtml(JSON.stringify(value, null, 2))}</pre>`,
  );
  const icon = '<link rel="icon" href="/docs/favicon-32x32.png">';
  return `<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Problems</title>${icon}</head>\n<body>\n<h1>Problems</h1>\n${rows.join('\n')}\n</body>\n</html>\n`;
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
