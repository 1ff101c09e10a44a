import { Readable } from 'node:stream';
import { Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentActor, type Actor } from '../auth/actor';
import { Public } from '../auth/public';
import { Forbidden } from '../errors/access.errors';
import { Id } from '../http/parameters';
import { Route } from '../http/route';
import { Clock } from '../time/clock';
import { FileAddresses } from './file-addresses';
import { FileContents } from './file-contents';
import {
  FileAddressExpired,
  FileInfected,
  FileNotFound,
  FileStoreUnavailable,
  FileTooLarge,
  FileTypeRefused,
  PictureTooLarge,
  PictureUnreadable,
  RangeNotSatisfiable,
  TooManyUploads,
  UploadMalformed,
  UploadQuotaReached,
  UploadsBusy,
  UploadStalled,
  VirusScannerUnavailable,
} from './files.errors';
import { ContentQuery, showFile, StoredFileResponse, UploadQuery } from './files.dto';
import { Files } from './files';
import { headersOf, isUnchanged } from './content-headers';
import { FileUploads } from './upload/file-uploads';

const fileTypes = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'application/pdf',
  'application/zip',
  'video/mp4',
  'video/quicktime',
  'video/webm',
];

@Controller('files')
export class FilesController {
  constructor(
    private readonly files: Files,
    private readonly uploads: FileUploads,
    private readonly contents: FileContents,
    private readonly addresses: FileAddresses,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Route({
    summary: 'Upload a file',
    description:
      'Send a form with one file. Then use its id where the purpose says, within a day. A picture is encoded again: it is upright, and without place and device. The type is recognised by the content, and not by the name.',
    takesFile: true,
    response: StoredFileResponse,
    status: 201,
    location: '/files/{id}',
    errors: [
      Forbidden,
      UploadMalformed,
      UploadStalled,
      FileTooLarge,
      FileTypeRefused,
      FileInfected,
      VirusScannerUnavailable,
      PictureUnreadable,
      PictureTooLarge,
      TooManyUploads,
      UploadsBusy,
      UploadQuotaReached,
      FileStoreUnavailable,
    ],
    access: 'every person who is signed in; some purposes are for teachers',
    rules: { purpose: 'The purpose is one that the school knows.' },
  })
  async uploadFile(
    @CurrentActor() actor: Actor,
    @Query({ schema: UploadQuery }) { purpose }: UploadQuery,
    @Req() { raw }: FastifyRequest,
  ): Promise<StoredFileResponse> {
    return showFile(await this.uploads.upload(actor, purpose, raw), this.addresses);
  }

  @Get(':id')
  @Route({
    summary: 'Show a file and its addresses',
    description: 'The addresses work for one to two hours, also in an `img` element, which sends no token.',
    access: 'the owner, and those who may see what the file hangs on',
    response: StoredFileResponse,
    errors: [FileNotFound],
  })
  async getFile(@CurrentActor() actor: Actor, @Id() id: number): Promise<StoredFileResponse> {
    return showFile(await this.files.getVisibleTo(actor, id), this.addresses);
  }

  @Get(':id/content')
  @Public()
  @Route({
    summary: 'Read the bytes of a file',
    description:
      'Use an address that the server gave, unchanged. The headers `Range`, with one range of bytes, and `If-None-Match` work.',
    access: 'everybody who has the address, until it expires',
    produces: fileTypes,
    isFile: true,
    errors: [FileNotFound, FileAddressExpired, FileStoreUnavailable, RangeNotSatisfiable],
  })
  async getFileContent(
    @Id() id: number,
    @Query({ schema: ContentQuery }) query: ContentQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const content = await this.contents.find(id, query, request.headers.range);
    const headers = headersOf(content, query.expires - Math.floor(this.clock.now().getTime() / 1_000));
    const { object, range } = content;
    if (isUnchanged(request.headers['if-none-match'], object)) return void reply.code(304).headers(headers).send();
    // Fastify keeps the length only with a stream. The bytes are opened first, because a problem must not have these headers.
    const bytes = request.method === 'HEAD' ? Readable.from([]) : await content.open();
    const length = range ? range.end - range.start + 1 : object.sizeBytes;
    await reply
      .code(range ? 206 : 200)
      .headers({ ...headers, 'content-length': length })
      .type(object.type)
      .send(bytes);
  }
}
