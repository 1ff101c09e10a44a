import { z } from 'zod';
import { shownStatus } from '../files.dto';
import type { UploadRow } from './resumable-rows';

export const UploadState = z
  .strictObject({
    id: z.int().meta({ description: 'The id of the file too: `GET /files/{id}` has its addresses when it is `clean`' }),
    status: shownStatus,
    offset: z.int().meta({ description: 'How many bytes the server has' }),
    length: z.int().meta({ description: 'How many bytes the file has' }),
  })
  .meta({
    id: 'UploadState',
    examples: [{ id: 31, status: 'received', offset: 8_388_608, length: 734_003_200 }],
  });
export type UploadState = z.output<typeof UploadState>;

export const showUpload = ({ fileId, state, receivedBytes, sizeBytes }: UploadRow): UploadState => ({
  id: fileId,
  status: state as UploadState['status'],
  offset: receivedBytes,
  length: sizeBytes,
});
