import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A session has a name, and the address of its last refresh. */
export class NamedDevices1764000008810 implements MigrationInterface {
  name = 'NamedDevices1764000008810';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE users_session ADD COLUMN name varchar(60) NOT NULL DEFAULT ''`);
    await runner.query(`ALTER TABLE users_session ADD COLUMN last_address varchar(45) NOT NULL DEFAULT ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users_session DROP COLUMN last_address');
    await runner.query('ALTER TABLE users_session DROP COLUMN name');
  }
}
