import { Controller, Get } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Route } from '../../../platform/http/route';
import { Clock } from '../../../platform/time/clock';
import { Home, showHome } from './home.dto';
import { HomeQuery } from './home.query';

/** The home screen is here, because it shows progress and coins, and the modules below must not import Rewards. */
@Controller('me/home')
export class HomeController {
  constructor(
    private readonly home: HomeQuery,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Route({
    summary: 'Show your home screen',
    description:
      'Streak, totals, balance, unread notifications, courses in progress with the next lesson, latest achievements and open attempts in one response.',
    response: Home,
    tag: 'Progress',
  })
  async getMyHome(@CurrentActor() actor: Actor): Promise<Home> {
    return showHome(await this.home.get(actor.id), this.clock.now());
  }
}
