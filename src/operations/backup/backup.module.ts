import { Module } from '@nestjs/common';
import { BackUp } from './back-up.job';

@Module({ providers: [BackUp] })
export class BackupModule {}
