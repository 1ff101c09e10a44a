import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const folder = mkdtempSync(path.join(tmpdir(), 'contract-lint-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A document in which every rule of `scripts/lint-contract.mjs` is broken once. */
const faulty = {
  openapi: '3.1.0',
  info: { title: 'Gallery', version: '1', description: 'A gallery.', license: { name: 'MIT', identifier: 'MIT' } },
  servers: [{ url: '/' }],
  tags: [{ name: 'Paintings', description: 'What hangs' }],
  security: [],
  paths: {
    '/paintings': {
      get: {
        operationId: 'paintings_show',
        summary: 'List the paintings',
        description: 'For every person who is signed in.',
        tags: ['Paintings'],
        parameters: [
          { name: 'style', in: 'query', description: 'Style', schema: { type: 'string', enum: ['oil', 'ink'] } },
          { name: 'year', in: 'query', schema: { type: 'integer' } },
        ],
        responses: {
          200: {
            description: 'OK',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/PaintingPage' } } },
          },
          403: {
            description: 'No',
            content: { 'application/json': { schema: { type: 'string', const: 'FORBIDDEN' } } },
          },
        },
      },
      post: {
        operationId: 'hangPainting',
        summary: 'Hang a painting',
        tags: ['Paintings'],
        responses: { 201: { description: 'Created', headers: { ETag: { $ref: '#/components/headers/ETag' } } } },
      },
    },
  },
  components: {
    headers: { ETag: { description: 'The version', schema: {} } },
    schemas: {
      PaintingPage: {
        type: 'object',
        properties: {
          data: {
            type: 'array',
            items: { anyOf: [{ $ref: '#/components/schemas/Oil' }, { $ref: '#/components/schemas/Ink' }] },
          },
        },
      },
      Oil: { type: 'object' },
      Ink: { type: 'object' },
    },
  },
};

test('every rule about the contract reports the fault that breaks it', () => {
  const file = path.join(folder, 'openapi.json');
  writeFileSync(file, JSON.stringify(faulty));
  const { stderr, status } = spawnSync(process.execPath, ['scripts/lint-contract.mjs', file], { encoding: 'utf8' });
  const found = new Set(stderr.split('\n').map((line) => line.split(' at ')[0]));
  expect(status).toBe(1);
  expect([...found]).toEqual(
    expect.arrayContaining([
      'operation-id-grammar',
      'operation-id-of-a-read',
      'page-is-a-list',
      'operation-says-who-may',
      'enum-has-a-name',
      'integer-has-format-and-limits',
      'union-has-a-discriminator',
      'header-has-a-type',
      'created-has-a-location',
      'oas3-parameter-description',
      'redocly operation-4xx-response',
    ]),
  );
  expect(stderr.match(/operation-says-who-may/g)).toHaveLength(2);
});
