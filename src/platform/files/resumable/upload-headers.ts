import type { IncomingHttpHeaders } from 'node:http';
import { ValidationFailed } from '../../http/problems/http.errors';
import { TusVersionUnsupported } from '../files.errors';
import type { UploadRow } from './resumable-rows';

export const tusVersion = '1.0.0';
export const partType = 'application/offset+octet-stream';

const wholeNumber = (description: string) => ({
  description,
  schema: { type: 'integer', format: 'int64', minimum: 0, maximum: 999_999_999_999_999 },
});

/** The headers of the protocol, for the documentation. */
export const lengthHeaders = {
  'Upload-Length': wholeNumber('The size of the whole file in bytes'),
  'Upload-Metadata': {
    description: 'The name of the file: `filename`, a space, and the name in Base64',
    schema: { type: 'string' },
  },
};
export const offsetHeaders = { 'Upload-Offset': wholeNumber('How many bytes the server has, which it has told') };

/** @throws TusVersionUnsupported */
export function requireVersionOfTus(headers: IncomingHttpHeaders): void {
  if ((headers['tus-resumable'] ?? tusVersion) !== tusVersion) throw new TusVersionUnsupported();
}

/** @throws ValidationFailed */
export function numberIn(headers: IncomingHttpHeaders, name: 'upload-length' | 'upload-offset', min: number): number {
  const value = headers[name];
  const isNumber = typeof value === 'string' && /^\d{1,15}$/.test(value) && Number(value) >= min;
  if (isNumber) return Number(value);
  const message = `Must be a whole number of at least ${min}`;
  throw new ValidationFailed([{ pointer: `/header/${name}`, message, rule: 'whole_number' }]);
}

/** `filename RHJhd2luZy5tcDQ=,other …`. What cannot be read is no name. */
export function fileNameIn(headers: IncomingHttpHeaders): string | undefined {
  const pairs = String(headers['upload-metadata'] ?? '').split(',');
  const [, encoded] = pairs.map((pair) => pair.trim().split(' ')).find(([key]) => key === 'filename') ?? [];
  return encoded && Buffer.from(encoded, 'base64').toString();
}

export const stateHeaders = ({ receivedBytes, sizeBytes }: UploadRow): Record<string, string> => ({
  'upload-offset': String(receivedBytes),
  'upload-length': String(sizeBytes),
  'cache-control': 'no-store',
});
