import { Body, Controller, Get, Post } from '@nestjs/common';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { Route } from '../../../platform/http/route';
import { Id } from '../../../platform/http/parameters';
import { UserNotFound, Visibility } from '../../users';
import { ConfirmationRequired } from '../grants/grants.errors';
import { AlreadyAchieved, BalanceTooLarge, RecipientNotFound } from '../rewards.errors';
import { requireTreasurer } from '../rewards.policy';
import { AchievementRules } from './achievement-rules';
import {
  AchievementList,
  GrantedAchievement,
  MyProgress,
  NewAchievement,
  ShownAchievements,
  ShownProgress,
  showAchievements,
  showProgress,
  showToOthers,
  showTotalsToOthers,
} from './achievements.dto';
import { AchievementGrants } from './achievement-grants';
import { MyAchievements } from './my-achievements.query';

/** `GET /me/progress` is here, because its response contains achievements and the Progress module must not import Rewards. */
@Controller()
export class AchievementsController {
  constructor(
    private readonly myAchievements: MyAchievements,
    private readonly grants: AchievementGrants,
    private readonly rules: AchievementRules,
    private readonly visibility: Visibility,
  ) {}

  @Get('me/achievements')
  @Route({
    summary: 'List your achievements, and your progress towards the others',
    response: AchievementList,
    tag: 'Rewards',
  })
  async listMyAchievements(@CurrentActor() actor: Actor): Promise<AchievementList> {
    const { achievements } = await this.myAchievements.get(actor.id);
    return showAchievements(achievements);
  }

  @Get('me/progress')
  @Route({ summary: 'Show your progress: totals, streak, achievements', response: MyProgress, tag: 'Progress' })
  async getMyProgress(@CurrentActor() actor: Actor): Promise<MyProgress> {
    const { totals, achievements } = await this.myAchievements.get(actor.id);
    return showProgress(totals, achievements);
  }

  @Get('users/:id/achievements')
  @Route({
    summary: 'List the achievements of a person',
    access: 'those whom the person chose in `privacySettings.achievements`, and for staff',
    description: 'By default a person shows them to approved teachers and administrators only.',
    response: ShownAchievements,
    errors: [Forbidden, UserNotFound],
    tag: 'Rewards',
  })
  async listUserAchievements(@CurrentActor() actor: Actor, @Id() id: number): Promise<ShownAchievements> {
    await this.visibility.require(actor, id, 'achievements');
    return showToOthers((await this.myAchievements.get(id)).achievements);
  }

  @Get('users/:id/progress')
  @Route({
    summary: 'Show how much a person has learned',
    access: 'those whom the person chose in `privacySettings.progress`, and for staff',
    description: 'By default a person shows it to approved teachers and administrators only.',
    response: ShownProgress,
    errors: [Forbidden, UserNotFound],
    tag: 'Progress',
  })
  async getUserProgress(@CurrentActor() actor: Actor, @Id() id: number): Promise<ShownProgress> {
    await this.visibility.require(actor, id, 'progress');
    return showTotalsToOthers((await this.myAchievements.get(id)).totals);
  }

  @Post('achievements')
  @Audited('rewards.achievement-granted', { object: ['users', 'userId'], keep: ['courseId'] })
  @Route({
    summary: 'Grant an achievement',
    rules: { exists: 'The achievement and the course exist.' },
    access: 'administrators',
    description: 'The learner also gets the coins of the achievement.',
    response: GrantedAchievement,
    errors: [Forbidden, ConfirmationRequired, RecipientNotFound, AlreadyAchieved, BalanceTooLarge],
    idempotent: true,
    keyRequired: true,
    tag: 'Rewards',
  })
  async grantAchievement(
    @CurrentActor() actor: Actor,
    @Body({ schema: NewAchievement }) body: NewAchievement,
  ): Promise<GrantedAchievement> {
    requireTreasurer(actor);
    const granted = await this.grants.grant({ ...body, grantedById: actor.id });
    const { id, userId, achievementType: type, courseId } = granted;
    return { id, userId, type, title: this.rules.titleOf(type), courseId, reward: this.rules.rewardOf(type) };
  }
}
