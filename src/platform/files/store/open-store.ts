import type { FileStore } from './file-store';
import { FolderStore } from './folder-store';
import { S3Store } from './s3-store';
import { readStoreAddress } from './store-address';

/** @throws Error if the address has another form than that of FILES_URL */
export function openStore(url: string, timeoutMs: number): FileStore {
  const address = readStoreAddress(url);
  if (!address) throw new Error('The address of the files must be folder:PATH or s3://KEY:SECRET@HOST/BUCKET');
  return 'folder' in address ? new FolderStore(address.folder) : new S3Store(address, timeoutMs);
}
