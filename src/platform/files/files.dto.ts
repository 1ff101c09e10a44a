import { z } from 'zod';
import { namedEnum } from '../http/named-enum';
import type { FileAddresses } from './file-addresses';
import type { FileRow } from './files';
import { fileVariants, type FileVariant } from './stored-file.entity';

const address = 'https://school.example/api/v1/files/12/content?variant=320&expires=1798700400&signature=…';

export const UploadQuery = z.strictObject({
  purpose: z
    .string()
    .min(1)
    .max(40)
    .meta({
      description: 'What the file is for: `profile-image`, `course-thumbnail`, `material`, `lesson-video`, `artwork`',
      examples: ['profile-image'],
    }),
});
export type UploadQuery = z.output<typeof UploadQuery>;

const variant = namedEnum('FileVariant', fileVariants);

const wholeNumber = z
  .string()
  .regex(/^[1-9]\d{0,11}$/, 'Must be a whole number')
  .transform(Number);

/** The query of an address that the server has signed. */
export const ContentQuery = z.strictObject({
  variant: variant.meta({ description: '`original`, or the largest width in pixels' }),
  expires: wholeNumber.meta({
    description: 'The time at which the address ends, in seconds since 1970',
    documentedAs: { type: 'integer', format: 'int64', minimum: 1, maximum: 999_999_999_999, examples: [1_798_700_400] },
  }),
  signature: z.string().min(1).max(100).meta({ description: 'From the address that the server gave' }),
});
export type ContentQuery = z.output<typeof ContentQuery>;

const ShownVariant = z
  .strictObject({
    variant,
    url: z.string().meta({ description: 'Works for one to two hours, also without a token' }),
    contentType: z.string(),
    sizeBytes: z.int(),
    width: z.int().nullable().meta({ description: 'In pixels; null for a document' }),
    height: z.int().nullable(),
  })
  .meta({
    id: 'FileVariantContent',
    examples: [{ variant: '320', url: address, contentType: 'image/webp', sizeBytes: 9_180, width: 320, height: 240 }],
  });

/** Those of a file that was not removed. */
const shownStatuses = ['received', 'clean', 'attached', 'rejected'] as const;

export const shownStatus = namedEnum('FileStatus', shownStatuses).meta({
  description:
    '`received`: it arrives, or is checked. `clean`: it can be used. `attached`: it is used. `rejected`: send another one',
});

export const StoredFileResponse = z
  .strictObject({
    id: z.int(),
    purpose: z.string(),
    status: shownStatus,
    rejection: z.string().nullable().meta({ description: 'The code of the error for which it was rejected, or null' }),
    fileName: z.string().meta({ description: 'The name that the person gave it, for a download' }),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable().meta({ description: 'It is removed then, unless it is used' }),
    variants: z.array(ShownVariant),
  })
  .meta({
    id: 'StoredFile',
    examples: [
      {
        id: 12,
        purpose: 'profile-image',
        status: 'clean',
        rejection: null,
        fileName: 'portrait.jpg',
        createdAt: '2026-11-02T08:15:00.000Z',
        expiresAt: '2026-11-03T08:15:00.000Z',
        variants: [
          { variant: '320', url: address, contentType: 'image/webp', sizeBytes: 9_180, width: 320, height: 240 },
        ],
      },
    ],
  });
export type StoredFileResponse = z.output<typeof StoredFileResponse>;

/** The body of a route that attaches a file. */
export const FileChoice = z
  .strictObject({ fileId: z.int().positive().meta({ description: 'A file that you have uploaded for this purpose' }) })
  .meta({ id: 'FileChoice', examples: [{ fileId: 12 }] });
export type FileChoice = z.output<typeof FileChoice>;

export function showFile(file: FileRow, addresses: FileAddresses): StoredFileResponse {
  const variants = Object.entries(file.variants).map(([name, { type, sizeBytes, width, height }]) => {
    const variant = name as FileVariant;
    return { variant, url: addresses.of(file, variant), contentType: type, sizeBytes, width, height };
  });
  return {
    id: file.id,
    purpose: file.purpose,
    status: file.state as StoredFileResponse['status'],
    rejection: file.rejection || null,
    fileName: file.fileName,
    createdAt: file.createdAt.toISOString(),
    expiresAt: file.expiresAt?.toISOString() ?? null,
    variants,
  };
}
