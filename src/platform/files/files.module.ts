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
import { FolderStore } from './store/folder-store';
import { S3Store } from './store/s3-store';
import { readStoreAddress } from './store/store-address';
import { StoredFile, StrayObject } from './stored-file.entity';
import { TidyFiles } from './tidy-files.job';
import { AssembleFiles } from './resumable/assemble-files.job';
import { FileUpload } from './resumable/file-upload.entity';
import { ResumableRows } from './resumable/resumable-rows';
import { ResumableUploads } from './resumable/resumable-uploads';
import { UploadsController } from './resumable/uploads.controller';
import { FileUploads } from './upload/file-uploads';
import { KeptFiles } from './upload/kept-files';
import { PictureEncoder } from './upload/picture-encoder';
import { UploadRows } from './upload/upload-rows';
import { UploadSlots } from './upload/upload-slots';
import { VerifyFiles } from './verify-files.job';

function createStore({ settings }: Config): FileStore {
  const address = readStoreAddress(settings.FILES_URL)!;
  return 'folder' in address ? new FolderStore(address.folder) : new S3Store(address, settings.FILES_TIMEOUT_MS);
}

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([StoredFile, FileUpload, StrayObject])],
  controllers: [FilesController, UploadsController],
  providers: [
    { provide: FileStore, useFactory: createStore, inject: [Config] },
    AssembleFiles,
    FileAddresses,
    FileContents,
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
  exports: [FileAddresses, FilePurposes, Files],
})
export class FilesModule {}
