import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Config } from '../../platform/config/config';
import { pageConfig } from '../../platform/http/server/security-headers';

const contentTypes = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
} as const;
const scripts = [
  'page',
  'api',
  'dom',
  'formats',
  'plots',
  'status-list',
  'findings',
  'database-views',
  'jobs-view',
  'outbox-view',
  'mails-view',
  'audit-view',
];

/**
 * Serves the page for administrators. The library uPlot is served from its package, so that the browser loads nothing from other
 * sites. The files hold no data, so they need no sign-in.
 */
@Injectable()
export class OperationsPage implements OnModuleInit {
  constructor(
    private readonly http: HttpAdapterHost,
    private readonly config: Config,
  ) {}

  /** A worker has no HTTP adapter, so it does not serve the page. */
  onModuleInit(): void {
    if (this.http.httpAdapter && this.config.hasOperationsPage)
      servePage(this.http.httpAdapter.getInstance<FastifyInstance>());
  }
}

function servePage(instance: FastifyInstance): void {
  const pageFolder = join(__dirname, 'page');
  const uplotFolder = join(dirname(require.resolve('uplot/package.json')), 'dist');
  serveFile(instance, '/operations', join(pageFolder, 'index.html'), contentTypes.html);
  // People type the slash. The addresses of the scripts in the page need the path without it.
  instance.get('/operations/', { config: pageConfig }, (_request, reply) => reply.redirect('/operations', 302));
  serveFile(instance, '/operations/style.css', join(pageFolder, 'style.css'), contentTypes.css);
  for (const script of scripts)
    serveFile(instance, `/operations/${script}.js`, join(pageFolder, `${script}.js`), contentTypes.js);
  serveFile(instance, '/operations/uplot.js', join(uplotFolder, 'uPlot.iife.min.js'), contentTypes.js);
  serveFile(instance, '/operations/uplot.css', join(uplotFolder, 'uPlot.min.css'), contentTypes.css);
}

/** Reads the file at the first request. The browser revalidates it at each visit, so that a new version is used at once. */
function serveFile(instance: FastifyInstance, url: string, path: string, type: string): void {
  let content: Buffer | undefined;
  instance.get(url, { config: pageConfig }, (_request, reply) => {
    content ??= readFileSync(path);
    return reply.type(type).header('cache-control', 'no-cache').send(content);
  });
}
