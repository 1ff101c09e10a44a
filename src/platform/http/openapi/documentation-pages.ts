import { readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { HeadersTooLarge, MethodNotAllowed, RouteNotFound } from '../problems/http.errors';
import { exampleOf } from '../problems/problem';
import { pageConfig } from '../server/security-headers';
import type * as OpenApi from './openapi';

const contentTypes: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
};
const swaggerFiles = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];
const pageFiles = ['style.css', 'theme.js', 'start.js', 'session.js', 'account.js', 'search.js', 'labels.js'];
const pageFolder = join(__dirname, 'page');

/** Serves `/openapi.json`, `/docs` (Swagger UI from its npm package, with a search and a sign-in of its own) and `/docs/problems`. Each page is built at its first request, which also loads the generator. */
export async function serveDocumentation(
  app: NestFastifyApplication,
  instance: FastifyInstance,
  tags: Record<string, string>,
): Promise<void> {
  let document: OpenAPIObject | undefined;
  const getDocument = (): OpenAPIObject =>
    (document ??= (require('./openapi') as typeof OpenApi).buildDocument(app, tags));
  const serve = (url: string, type: string, load: () => string | Buffer, cacheControl = 'no-cache'): void => {
    let content: string | Buffer | undefined;
    instance.get(url, { config: pageConfig }, (_request, reply) => {
      content ??= load();
      return reply.type(type).header('cache-control', cacheControl).send(content);
    });
  };
  const serveFile = (url: string, path: string, cacheControl?: string): void =>
    serve(url, contentTypes[extname(path)]!, () => readFileSync(path), cacheControl);
  const swaggerFolder = dirname(require.resolve('swagger-ui-dist/package.json'));
  for (const file of swaggerFiles) serveFile(`/docs/${file}`, join(swaggerFolder, file), 'public, max-age=3600');
  for (const file of pageFiles) serveFile(`/docs/${file}`, join(pageFolder, file));
  for (const url of ['/', '/docs/'])
    instance.get(url, { config: pageConfig }, (_request, reply) => reply.redirect('/docs', 302));
  serveFile('/docs', join(pageFolder, 'index.html'));
  serve('/docs/problems', 'text/html; charset=utf-8', () => problemsPage(getDocument()));
  serve('/openapi.json', 'application/json; charset=utf-8', () => JSON.stringify(getDocument()));
}

/** They are sent when no route has matched, so the document has no operation that could name them. */
const errorsOutsideRoutes = [HeadersTooLarge, MethodNotAllowed, RouteNotFound];

/** Builds the page that the `type` of every problem links to. */
function problemsPage(document: OpenAPIObject): string {
  const documented = Object.values(document.components?.examples ?? {}) as DocumentedProblem[];
  const others = errorsOutsideRoutes.map((error) => ({ summary: error.title, value: exampleOf(error) }));
  const problems = [...documented, ...others].sort((a, b) => (a.value.code < b.value.code ? -1 : 1));
  const template = readFileSync(join(pageFolder, 'problems.html'), 'utf8');
  return template.replace('<!-- problems -->', () => problems.map(sectionOf).join('\n'));
}

interface DocumentedProblem {
  summary: string;
  value: { code: string; status: number };
}

/** The example can be wider than a phone, so it scrolls. A scrolling element needs the focus, so that the keyboard can scroll it. */
const sectionOf = ({ summary, value }: DocumentedProblem): string =>
  `<section>
<h2 id="${value.code}"><a href="#${value.code}">${value.code}</a></h2>
<p><strong>${value.status}</strong> ${escapeHtml(summary)}.</p>
<pre tabindex="0" role="group" aria-label="Example of ${value.code}">${escapeHtml(JSON.stringify(value, null, 2))}</pre>
</section>`;

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
