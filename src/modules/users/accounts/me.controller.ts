import { Body, Controller, Get, Patch, Put } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { OpenWithoutSecondFactor } from '../../../platform/auth/route-access';
import { IfMatch, NotStored } from '../../../platform/http/etag';
import { RateLimitCredentials } from '../../../platform/http/limits/rate-limit';
import { Route } from '../../../platform/http/route';
import { PasswordChange } from '../sign-in/auth.dto';
import { UserSettingsStore } from './own-settings';
import { PasswordChanges } from '../passwords/password-change';
import { Profiles } from './profiles';
import { Settings, SettingsChange, showSettings } from './settings.dto';
import { CurrentDevice, type RemoteDevice } from '../sign-in/device';
import { Me, ProfileChange, showMe } from './me.dto';
import { PasswordsBusy, TooManyAttempts, WeakPassword, WrongPassword } from '../users.errors';

@Controller('me')
export class MeController {
  constructor(
    private readonly profiles: Profiles,
    private readonly settings: UserSettingsStore,
    private readonly passwords: PasswordChanges,
  ) {}

  @Get()
  @OpenWithoutSecondFactor()
  @NotStored()
  @Route({ summary: 'Show my account', response: Me, versioned: true })
  async getMe(@CurrentActor() actor: Actor): Promise<Me> {
    return showMe(await this.profiles.get(actor.id));
  }

  @Patch()
  @Route({ summary: 'Change my profile', response: Me, versioned: true })
  async updateMe(
    @CurrentActor() actor: Actor,
    @IfMatch() expectedVersion: number | null,
    @Body({ schema: ProfileChange }) change: ProfileChange,
  ): Promise<Me> {
    return showMe(await this.profiles.change(actor.id, expectedVersion, change));
  }

  @Put('password')
  @RateLimitCredentials()
  @Route({
    summary: 'Change my password and end my other sessions',
    errors: [WrongPassword, WeakPassword, TooManyAttempts, PasswordsBusy],
  })
  async changePassword(
    @CurrentActor() actor: Actor,
    @Body({ schema: PasswordChange }) change: PasswordChange,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<void> {
    await this.passwords.change(actor, change, device);
  }

  @Get('settings')
  @Route({ summary: 'Show my settings', response: Settings, versioned: true })
  async getMySettings(@CurrentActor() actor: Actor): Promise<Settings> {
    return showSettings(await this.settings.get(actor.id));
  }

  @Patch('settings')
  @Route({ summary: 'Change my settings', response: Settings, versioned: true })
  async updateMySettings(
    @CurrentActor() actor: Actor,
    @IfMatch() expectedVersion: number | null,
    @Body({ schema: SettingsChange }) change: SettingsChange,
  ): Promise<Settings> {
    return showSettings(await this.settings.change(actor.id, expectedVersion, change));
  }
}
