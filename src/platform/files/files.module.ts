import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '../config/config';
import { FileAddresses } from './file-addresses';
import { FileContents } from './file-contents';
import { FilePurposes } from './file-purposes';
import { Files } from './files';
import { FilesController } from './files.controller';
import { FilesFindings } from './files-findings';
import { VirusScanner } from './scanner/virus-scanner';
import { FileStore } from './store/file-store';
import { openStore } from './store/open-store';
import { StoredFile, StrayObject } from './stored-file.entity';
import { TidyFiles } from './tidy-files.job';
import { AssembleFiles } from './resumable/assemble-files.job';
import { FileUpload } from './resumable/file-upload.entity';
import { ResumableRows } from './resumable/resumable-rows';
import { ResumableUploads } from './resumable/resumable-uploads';
import { UploadsController } from './resumable/uploads.controller';
import { FileIntake } from './upload/file-intake';
import { FileUploads } from './upload/file-uploads';
import { KeptFiles } from './upload/kept-files';
import { PictureEncoder } from './upload/picture-encoder';
import { UploadRows } from './upload/upload-rows';
import { UploadSlots } from './upload/upload-slots';
import { VerifyFiles } from './verify-files.job';

const createStore = ({ settings }: Config): FileStore => openStore(settings.FILES_URL, settings.FILES_TIMEOUT_MS);

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([StoredFile, FileUpload, StrayObject])],
  controllers: [FilesController, UploadsController],
  providers: [
    { provide: FileStore, useFactory: createStore, inject: [Config] },
    AssembleFiles,
    FileAddresses,
    FileContents,
    FileIntake,
    FilePurposes,
    Files,
    FilesFindings,
    FileUploads,
    KeptFiles,
    PictureEncoder,
    ResumableRows,
    ResumableUploads,
    TidyFiles,
    UploadRows,
    UploadSlots,
    VerifyFiles,
    VirusScanner,
  ],
  exports: [FileAddresses, FileIntake, FilePurposes, Files, FileStore],
})
export class FilesModule {}
