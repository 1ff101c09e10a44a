import { DomainError } from '../errors/domain-error';

export class FileNotFound extends DomainError {
  static override code = 'FILE_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such file, or you may not see it';
}

/** The file cannot be attached: it is another person's, was uploaded for another purpose, is used already, or was removed. */
export class FileNotUsable extends DomainError {
  static override code = 'FILE_NOT_USABLE';
  static override kind = 'conflict' as const;
  static override title = 'This file cannot be used here';
  static override example = {
    detail: 'Upload the file again for this purpose. A file that is not used within a day is removed.',
  };

  constructor() {
    super(FileNotUsable.example.detail);
  }
}

export class FileTooLarge extends DomainError {
  static override code = 'FILE_TOO_LARGE';
  static override kind = 'payload-too-large' as const;
  static override title = 'The file is too large';
  static override example = { detail: 'Send at most 10 MB.' };

  constructor(megabytes: number) {
    super(`Send at most ${megabytes} MB.`);
  }
}

export class FileTypeRefused extends DomainError {
  static override code = 'FILE_TYPE_REFUSED';
  static override kind = 'unsupported-media-type' as const;
  static override title = 'This type of file is not accepted';
  static override example = { detail: 'Send a picture in the form JPEG, PNG, WebP, AVIF or GIF.' };
}

export class PictureUnreadable extends DomainError {
  static override code = 'PICTURE_UNREADABLE';
  static override kind = 'invalid' as const;
  static override title = 'The picture is damaged';
  static override example = { detail: 'Open the picture on your device, save it again, and send the new file.' };

  constructor(cause?: unknown) {
    super(PictureUnreadable.example.detail, { cause });
  }
}

export class PictureTooLarge extends DomainError {
  static override code = 'PICTURE_TOO_LARGE';
  static override kind = 'invalid' as const;
  static override title = 'The picture has too many pixels';
  static override example = { detail: 'Send at most 50 million pixels, and at most 16000 on each side.' };

  constructor() {
    super(PictureTooLarge.example.detail);
  }
}

/** The body is not a form with one file. */
export class UploadMalformed extends DomainError {
  static override code = 'UPLOAD_MALFORMED';
  static override kind = 'malformed' as const;
  static override title = 'The upload cannot be read';
  static override example = { detail: 'Send multipart/form-data with one file in the field "file".' };

  constructor(detail = UploadMalformed.example.detail) {
    super(detail);
  }
}

export class UploadStalled extends DomainError {
  static override code = 'UPLOAD_STALLED';
  static override kind = 'malformed' as const;
  static override title = 'The upload stopped before its end';
  static override example = { detail: 'No part of the file arrived for 10 seconds.' };
}

export class TooManyUploads extends DomainError {
  static override code = 'TOO_MANY_UPLOADS';
  static override kind = 'too-many-requests' as const;
  static override title = 'You send too many files at once';
  static override example = { detail: 'Wait until your other uploads have ended.' };

  constructor() {
    super(TooManyUploads.example.detail, { retryAfterSeconds: 5 });
  }
}

export class UploadsBusy extends DomainError {
  static override code = 'UPLOADS_BUSY';
  static override kind = 'unavailable' as const;
  static override title = 'The server receives too many files at once';
  static override example = { detail: 'Try again in a moment.' };

  constructor() {
    super(UploadsBusy.example.detail, { retryAfterSeconds: 5 });
  }
}

export class UploadQuotaReached extends DomainError {
  static override code = 'UPLOAD_QUOTA_REACHED';
  static override kind = 'conflict' as const;
  static override title = 'Too many of your files are not used yet';
  static override example = { detail: 'Use the files that you have uploaded, or wait a day until they are removed.' };

  constructor() {
    super(UploadQuotaReached.example.detail);
  }
}

export class FileStoreUnavailable extends DomainError {
  static override code = 'FILE_STORE_UNAVAILABLE';
  static override kind = 'unavailable' as const;
  static override title = 'The store of files cannot be reached';
  static override example = { detail: 'Try again in a moment.' };

  constructor(cause?: unknown) {
    super(FileStoreUnavailable.example.detail, { cause, retryAfterSeconds: 5 });
  }
}

/** The client does not continue where the server is, or the file is whole, refused or removed already. */
export class UploadOffsetWrong extends DomainError {
  static override code = 'UPLOAD_OFFSET_WRONG';
  static override kind = 'conflict' as const;
  static override title = 'The upload does not continue here';
  static override example = { detail: 'Ask for the offset with HEAD, and continue there.' };

  constructor() {
    super(UploadOffsetWrong.example.detail);
  }
}

export class TusVersionUnsupported extends DomainError {
  static override code = 'TUS_VERSION_UNSUPPORTED';
  static override kind = 'precondition-failed' as const;
  static override title = 'This version of the protocol tus is not supported';
  static override example = { detail: 'Send Tus-Resumable: 1.0.0.' };

  constructor() {
    super(TusVersionUnsupported.example.detail);
  }
}

/** The virus scanner has found something. The name is for operators, in the audit log. */
export class FileInfected extends DomainError {
  static override code = 'FILE_INFECTED';
  static override kind = 'invalid' as const;
  static override title = 'The virus scanner found harmful content in the file';
  static override example = {
    detail: 'The file was not kept. Check your device with a virus scanner, and send another file.',
  };

  constructor(readonly signature: string) {
    super(FileInfected.example.detail);
  }
}

export class VirusScannerUnavailable extends DomainError {
  static override code = 'VIRUS_SCANNER_UNAVAILABLE';
  static override kind = 'unavailable' as const;
  static override title = 'The virus scanner does not answer';
  static override example = { detail: 'The file was not kept. Send it again in a few minutes.' };

  constructor(cause?: unknown) {
    super(VirusScannerUnavailable.example.detail, { cause, retryAfterSeconds: 60 });
  }
}

/** The rest of the object begins after its end. */
export class RangeNotSatisfiable extends DomainError {
  static override code = 'RANGE_NOT_SATISFIABLE';
  static override kind = 'range-not-satisfiable' as const;
  static override title = 'The file has no such part';
}

export class FileAddressExpired extends DomainError {
  static override code = 'FILE_ADDRESS_EXPIRED';
  static override kind = 'gone' as const;
  static override title = 'The address of the file has expired';
  static override example = { detail: 'Read the page or the file again, which gives a new address.' };

  constructor() {
    super(FileAddressExpired.example.detail);
  }
}
