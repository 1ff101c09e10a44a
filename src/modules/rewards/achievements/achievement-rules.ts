import { Injectable } from '@nestjs/common';
import type { Totals } from '../../progress';
import type { AchievementRule } from './achievement-rule';
import { builtInRules } from './built-in-rules';

const defaultReward = 25;
const typePattern = /^[a-z][a-z0-9_]{0,49}$/;

export interface AchievementDescription {
  type: string;
  title: string;
  description: string;
  reward: number;
}

/** The rules of all achievements. Each module can register rules. A stored type without a registered rule is still shown. */
@Injectable()
export class AchievementRules {
  private readonly rules = new Map<string, AchievementRule>();
  private readonly descriptions = new Map<string, AchievementDescription>();

  constructor() {
    for (const rule of builtInRules) this.register(rule);
  }

  /** @throws Error at the start of the application if the type cannot be stored or is already registered */
  register(rule: AchievementRule): void {
    if (!typePattern.test(rule.type))
      throw new Error(
        `Invalid achievement type ${rule.type}: use at most 50 lowercase letters, digits and underscores, and start with a letter`,
      );
    if (this.rules.has(rule.type)) throw new Error(`The achievement type ${rule.type} is already registered`);
    this.rules.set(rule.type, rule);
    this.descriptions.set(rule.type, this.toDescription(rule.type));
  }

  get allRules(): AchievementRule[] {
    return [...this.rules.values()];
  }

  get(type: string): AchievementRule | undefined {
    return this.rules.get(type);
  }

  /** How responses show the type. */
  describe(type: string): AchievementDescription {
    return this.descriptions.get(type) ?? this.toDescription(type);
  }

  private toDescription(type: string): AchievementDescription {
    const description = this.rules.get(type)?.description ?? '';
    return { type, title: this.titleOf(type), description, reward: this.rewardOf(type) };
  }

  rewardOf(type: string): number {
    return this.rules.get(type)?.reward ?? defaultReward;
  }

  /** The title of the rule. A type without a rule, imported or from a removed module, gets a title made from its stored name. */
  titleOf(type: string): string {
    const rule = this.rules.get(type);
    if (rule) return rule.title;
    const words = type.replaceAll('_', ' ').trim();
    return words.charAt(0).toUpperCase() + words.slice(1);
  }

  /** The rules of the achievements that a step of a learner earns. */
  listEarnedRules(before: Totals, after: Totals, localHour: number | null): AchievementRule[] {
    return this.allRules.filter((rule) => rule.isEarned?.(before, after, localHour) === true);
  }
}
