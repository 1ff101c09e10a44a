import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { InjectPayload } from 'light-my-request';
import sharp from 'sharp';
import { FilePurposes, type FileAudience } from '../../src/platform/files/file-purposes';
import { validateResponse } from './contract';
import type { ApiResponse, Client, School } from './school';

/** The settings of a school that keeps its files in a new folder. */
export function newFileFolder(): { folder: string; settings: { FILES_URL: string } } {
  const folder = mkdtempSync(path.join(process.env.TEST_SQLITE_FOLDER ?? tmpdir(), 'files-'));
  return { folder, settings: { FILES_URL: `folder:${folder}` } };
}

/** A purpose for tests of the platform. Everybody may upload; `audience` decides who sees. */
export function registerPurpose(
  school: School,
  name: string,
  audience: FileAudience = () => Promise.resolve(false),
): void {
  const accepts = ['picture', 'document'] as const;
  school.part(FilePurposes).register({ name, accepts, isPersonal: true, mayUpload: () => true, audience });
}

const boundary = 'a-boundary-of-tests';

/** The body of a form with one file. */
export const formWith = (bytes: Buffer, name = 'drawing.png', type = 'image/png'): Buffer =>
  Buffer.concat([
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: ${type}\r\n\r\n`,
    ),
    bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);

export const formType = `multipart/form-data; boundary=${boundary}`;

export interface Upload {
  bytes: Buffer;
  purpose: string;
  name?: string;
  type?: string;
}

export const upload = (school: School, client: Client, { bytes, purpose, name, type }: Upload): Promise<ApiResponse> =>
  sendForm(school, client, formWith(bytes, name, type), purpose);

export async function sendForm(
  school: School,
  client: Client,
  payload: InjectPayload,
  purpose: string,
): Promise<ApiResponse> {
  const url = `/api/v1/files?purpose=${purpose}`;
  const authorization = client.token ? { authorization: `Bearer ${client.token}` } : {};
  const headers = { 'content-type': formType, ...authorization };
  const response = await school.app.inject({ method: 'POST', url, payload, headers });
  const received = {
    status: response.statusCode,
    headers: response.headers as ApiResponse['headers'],
    body: response.json(),
  };
  validateResponse(school.document, { method: 'POST', url, ...received });
  return received;
}

export interface Content {
  status: number;
  headers: Record<string, string | undefined>;
  bytes: Buffer;
}

/** Reads an address that the server gave, as a browser does: without a token. */
export async function readContent(
  school: School,
  address: string,
  headers: Record<string, string> = {},
): Promise<Content> {
  const { pathname, search } = new URL(address);
  const url = pathname + search;
  const response = await school.app.inject({ method: 'GET', url, headers });
  const isJson = /json/.test(String(response.headers['content-type']));
  const body: unknown = isJson ? response.json() : response.rawPayload.length > 0 ? response.body : undefined;
  validateResponse(school.document, {
    method: 'GET',
    url,
    status: response.statusCode,
    headers: response.headers,
    body,
  });
  return { status: response.statusCode, headers: response.headers as Content['headers'], bytes: response.rawPayload };
}

export const picture = (width = 400, height = 300): sharp.Sharp =>
  sharp({ create: { width, height, channels: 3, background: '#b7410e' } });

const mp4Head = Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isomiso2', 'latin1');

/** Bytes that begin as those of a video, and differ everywhere. */
export function largeVideo(sizeBytes: number): Buffer {
  const noise = randomBytes(Math.min(sizeBytes, 65_537));
  const bytes = Buffer.alloc(sizeBytes, noise);
  mp4Head.copy(bytes);
  return bytes;
}

export interface FilePart {
  id: number;
  offset: number;
  bytes: InjectPayload;
}

/** Sends bytes of a large file (the protocol tus). */
export async function sendPart(school: School, client: Client, { id, offset, bytes }: FilePart): Promise<ApiResponse> {
  const url = `/api/v1/uploads/${id}`;
  const headers = {
    authorization: `Bearer ${client.token}`,
    'tus-resumable': '1.0.0',
    'content-type': 'application/offset+octet-stream',
    'upload-offset': String(offset),
  };
  const response = await school.app.inject({ method: 'PATCH', url, payload: bytes, headers });
  const received = {
    status: response.statusCode,
    headers: response.headers as ApiResponse['headers'],
    body: response.body === '' ? undefined : response.json(),
  };
  validateResponse(school.document, { method: 'PATCH', url, ...received });
  return received;
}
