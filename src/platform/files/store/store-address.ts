import { z } from 'zod';

export interface S3Address {
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

type StoreAddress = { folder: string } | S3Address;

const form = 'must be folder:PATH or s3://KEY:SECRET@HOST/BUCKET';
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Reads FILES_URL: `folder:var/files`, or `s3://KEY:SECRET@HOST/BUCKET?region=eu-west-1&tls=off`. Undefined if it has another form. */
export function readStoreAddress(url: string): StoreAddress | undefined {
  if (url.startsWith('folder:'))
    return url.length > 'folder:'.length ? { folder: url.slice('folder:'.length) } : undefined;
  // URL parses host and port only of known protocols in the same way everywhere.
  if (!url.startsWith('s3://') || !URL.canParse(url.replace('s3:', 'https:'))) return undefined;
  const { username, password, host, pathname, searchParams } = new URL(url.replace('s3:', 'https:'));
  const bucket = pathname.slice(1);
  if (!username || !password || !bucketName.test(bucket)) return undefined;
  return {
    endpoint: `${searchParams.get('tls') === 'off' ? 'http' : 'https'}://${host}`,
    bucket,
    region: searchParams.get('region') ?? 'us-east-1',
    accessKeyId: decodeURIComponent(username),
    secretAccessKey: decodeURIComponent(password),
  };
}

export const storeAddress = z.string().refine((url) => readStoreAddress(url) !== undefined, form);
