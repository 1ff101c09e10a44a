import { Controller, Get, Post, StreamableFile } from '@nestjs/common';
import { z } from 'zod';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { ClosedToApiKeys, RequiresRecentProof } from '../../../platform/auth/route-access';
import { namedEnum } from '../../../platform/http/named-enum';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { exportStatuses } from './personal-export.entity';
import { ExportNotFound, ExportNotReady } from './personal-exports.errors';
import { PersonalExports, type ExportRow } from './personal-exports';

const ExportResponse = z
  .strictObject({
    id: z.int(),
    status: namedEnum('ExportStatus', exportStatuses).meta({
      description:
        '`failed` means that the file would be too large, or could not be built in five attempts. The school can then help',
    }),
    requestedAt: z.iso.datetime(),
    readyAt: z.iso.datetime().nullable(),
    expiresAt: z.iso.datetime().meta({ description: 'The file is removed at this time' }),
    sizeBytes: z.int().min(0).meta({ description: '0 until it is ready' }),
  })
  .meta({
    id: 'PersonalExport',
    examples: [
      {
        id: 3,
        status: 'ready',
        requestedAt: '2026-11-02T08:15:00.000Z',
        readyAt: '2026-11-02T08:16:00.000Z',
        expiresAt: '2026-11-09T08:15:00.000Z',
        sizeBytes: 18_230,
      },
    ],
  });
type ExportResponse = z.output<typeof ExportResponse>;

const showExport = ({ requestedAt, readyAt, expiresAt, ...row }: ExportRow): ExportResponse => ({
  ...row,
  requestedAt: requestedAt.toISOString(),
  readyAt: readyAt?.toISOString() ?? null,
  expiresAt: expiresAt.toISOString(),
});

@Controller('me/exports')
export class PersonalExportsController {
  constructor(private readonly exports: PersonalExports) {}

  @Post()
  @ClosedToApiKeys()
  @RequiresRecentProof()
  @Route({
    summary: 'Ask for a copy of all data that the school has about me',
    description:
      'A job builds a zip file of JSON files, usually within a minute, and a mail tells you. A second request on the same day (UTC) responds with the same export.',
    response: ExportResponse,
    status: 201,
    location: '/me/exports/{id}',
    tag: 'Me',
  })
  async createMyExport(@CurrentActor() actor: Actor): Promise<ExportResponse> {
    return showExport(await this.exports.request(actor.id));
  }

  @Get(':id')
  @ClosedToApiKeys()
  @Route({ summary: 'Show whether my export is ready', response: ExportResponse, errors: [ExportNotFound], tag: 'Me' })
  async getMyExport(@CurrentActor() actor: Actor, @Id() id: number): Promise<ExportResponse> {
    return showExport(await this.exports.get(actor.id, id));
  }

  @Get(':id/content')
  @ClosedToApiKeys()
  @RequiresRecentProof()
  @Route({
    summary: 'Download my export',
    description: 'The file is removed seven days after the request.',
    produces: 'application/zip',
    errors: [ExportNotFound, ExportNotReady],
    tag: 'Me',
  })
  async getMyExportContent(@CurrentActor() actor: Actor, @Id() id: number): Promise<StreamableFile> {
    const disposition = `attachment; filename="my-data-${id}.zip"`;
    return new StreamableFile(await this.exports.read(actor.id, id), { type: 'application/zip', disposition });
  }
}
