import { Injectable } from '@nestjs/common';

/** What prevents a person from leaving. */
export interface Obstacle {
  /** `balance`, `pending_withdrawals`, `courses`, `last_administrator`, or that of an extension. */
  kind: string;
  /** How many coins, withdrawals or courses it is. */
  count: number;
  /** What the person can do. */
  advice: string;
}

/**
 * The data of people in one module. A test requires that each table that refers to people is named by its module, so that no table is
 * forgotten when a person leaves.
 */
export interface PersonalData {
  /** The name of the module, which is also that of the file in the export. */
  readonly name: string;
  /** What happens to the rows of a person in each table of the module when they leave. */
  readonly tables: Readonly<Record<string, string>>;
  /**
   * The rows of a person for the copy that they ask for, by section. It holds no secret, no hash, and nothing that the person may not
   * see, such as an answer key.
   */
  export(personId: number): Promise<Record<string, readonly object[]>>;
  /**
   * Clears what is personal, in the transaction of the caller. It is called again if something personal arrives later. Rows that other
   * people's figures and the books need stay, without names and free texts.
   */
  erase(personId: number): Promise<void>;
  /** @param forfeits whether the person gives up the coins that are left */
  findObstacles?(personId: number, forfeits: boolean): Promise<Obstacle[]>;
}

/** The modules, also those of extensions, register here what they hold of people. */
@Injectable()
export class PersonalDataRegistry {
  private readonly registered: PersonalData[] = [];

  register(data: PersonalData): void {
    this.registered.push(data);
  }

  get parts(): readonly PersonalData[] {
    return this.registered;
  }

  async findObstacles(personId: number, forfeits: boolean): Promise<Obstacle[]> {
    const obstacles: Obstacle[] = [];
    for (const data of this.registered) obstacles.push(...((await data.findObstacles?.(personId, forfeits)) ?? []));
    return obstacles;
  }
}
