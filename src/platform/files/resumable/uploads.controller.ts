import { Controller, Delete, Get, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentActor, type Actor } from '../../auth/actor';
import { Forbidden } from '../../errors/access.errors';
import { Id } from '../../http/parameters';
import { Route } from '../../http/route';
import {
  FileNotFound,
  FileStoreUnavailable,
  FileTooLarge,
  FileTypeRefused,
  TooManyUploads,
  TusVersionUnsupported,
  UploadMalformed,
  UploadOffsetWrong,
  UploadQuotaReached,
  UploadsBusy,
  UploadStalled,
} from '../files.errors';
import { UploadQuery } from '../files.dto';
import { ResumableUploads } from './resumable-uploads';
import type { UploadRow } from './resumable-rows';
import { showUpload, UploadState } from './uploads.dto';
import {
  fileNameIn,
  lengthHeaders,
  numberIn,
  offsetHeaders,
  partType,
  requireVersionOfTus,
  stateHeaders,
  tusVersion,
} from './upload-headers';

const access = 'the person who began the upload';

/** Large files, in several requests: the protocol tus 1.0.0 with the extensions creation and termination. */
@Controller('uploads')
export class UploadsController {
  constructor(private readonly uploads: ResumableUploads) {}

  @Post()
  @Route({
    summary: 'Begin the upload of a large file',
    description:
      'For videos and archives. Then send the bytes with PATCH, in one or several requests. Any client of tus 1.0.0 does this, such as tus-js-client.',
    headers: lengthHeaders,
    response: UploadState,
    status: 201,
    location: '/uploads/{id}',
    errors: [Forbidden, FileTooLarge, UploadQuotaReached, TusVersionUnsupported],
    tag: 'Files',
    access: 'every person who is signed in; the purposes of the school are for teachers',
    rules: { purpose: 'The purpose is one of large files.', whole_number: 'Upload-Length is the size of the file.' },
  })
  async beginUpload(
    @CurrentActor() actor: Actor,
    @Query({ schema: UploadQuery }) { purpose }: UploadQuery,
    @Req() { headers }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UploadState> {
    begin(headers, reply);
    const name = fileNameIn(headers);
    return show(await this.uploads.begin(actor, purpose, numberIn(headers, 'upload-length', 1), name), reply);
  }

  @Get(':id')
  @Route({
    summary: 'Show how much of a large file has arrived',
    description: 'Clients of tus use HEAD. After the last byte, the server checks the file within some minutes.',
    response: UploadState,
    errors: [FileNotFound, TusVersionUnsupported],
    access,
    tag: 'Files',
  })
  async getUpload(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @Req() { headers }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UploadState> {
    begin(headers, reply);
    return show(await this.uploads.find(actor, id), reply);
  }

  @Patch(':id')
  @Route({
    summary: 'Send bytes of a large file',
    description:
      'If the connection ends, the server keeps what has arrived. Ask for the offset again, and continue there.',
    headers: offsetHeaders,
    accepts: partType,
    takesFile: true,
    errors: [
      FileNotFound,
      UploadOffsetWrong,
      UploadMalformed,
      UploadStalled,
      FileTypeRefused,
      TooManyUploads,
      UploadsBusy,
      FileStoreUnavailable,
      TusVersionUnsupported,
    ],
    access,
    tag: 'Files',
    rules: { whole_number: 'Upload-Offset is the number of bytes that the server has.' },
  })
  async appendToUpload(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @Req() { headers, raw }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    begin(headers, reply);
    show(await this.uploads.append(actor, id, numberIn(headers, 'upload-offset', 0), raw), reply);
  }

  @Delete(':id')
  @Route({
    summary: 'Cancel the upload of a large file',
    errors: [FileNotFound, TusVersionUnsupported],
    access,
    tag: 'Files',
  })
  async cancelUpload(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @Req() { headers }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    begin(headers, reply);
    await this.uploads.cancel(actor, id);
  }
}

/** Errors have the header of the version too. */
function begin(headers: FastifyRequest['headers'], reply: FastifyReply): void {
  reply.header('tus-resumable', tusVersion);
  requireVersionOfTus(headers);
}

function show(upload: UploadRow, reply: FastifyReply): UploadState {
  reply.headers(stateHeaders(upload));
  return showUpload(upload);
}
