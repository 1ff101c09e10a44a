import { Body, Controller, Delete, Get } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { ClosedToApiKeys, RequiresRecentProof } from '../../../platform/auth/route-access';
import { Route } from '../../../platform/http/route';
import { CurrentDevice, type RemoteDevice } from '../sign-in/device';
import { DeparturePreview, DepartureRequest, DepartureResponse } from './departures.dto';
import { CannotLeave } from './departures.errors';
import { Departures } from './departures';

@Controller('me')
export class DeparturesController {
  constructor(private readonly departures: Departures) {}

  @Get('departure')
  @ClosedToApiKeys()
  @Route({
    summary: 'Show what leaving the school would mean for me',
    response: DeparturePreview,
    tag: 'Me',
  })
  getMyDeparture(@CurrentActor() actor: Actor): Promise<DeparturePreview> {
    return this.departures.preview(actor.id);
  }

  @Delete()
  @ClosedToApiKeys()
  @RequiresRecentProof()
  @Route({
    summary: 'Leave the school',
    description:
      'The account is closed and all sessions end. After the cool-off (14 days, if the school has not changed it) everything personal is removed, and the TeoCoins that are left are forfeited, also those that arrive meanwhile. Signing in before cancels it.',
    response: DepartureResponse,
    errors: [CannotLeave],
    tag: 'Me',
  })
  leaveSchool(
    @CurrentActor() actor: Actor,
    @Body({ schema: DepartureRequest }) { forfeit }: DepartureRequest,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<DepartureResponse> {
    return this.departures.request(actor.id, forfeit, device);
  }
}
