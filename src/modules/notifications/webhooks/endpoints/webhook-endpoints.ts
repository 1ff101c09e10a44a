import { Injectable } from '@nestjs/common';
import { int, type Row } from '../../../../platform/database/columns';
import { Database } from '../../../../platform/database/database';
import { columnsOf } from '../../../../platform/database/entity-columns';
import { ValidationFailed } from '../../../../platform/http/problems/http.errors';
import { OutgoingHttp } from '../../../../platform/outgoing-http/outgoing-http';
import { Clock } from '../../../../platform/time/clock';
import { NotificationTypes } from '../../types/notification-types';
import { WebhookEndpoint } from './webhook-endpoint.entity';
import { TooManyWebhookEndpoints, WebhookEndpointNotFound } from '../webhooks.errors';
import { WebhookSecrets } from './webhook-secrets';

const shown = columnsOf(WebhookEndpoint).without('sealedSecret', 'previousSealedSecret');
export type WebhookEndpointRow = Row<typeof shown.shape>;

interface EndpointRequest {
  url: string;
  description: string;
  types: readonly string[] | null;
}

const maxEndpoints = 20;
/** The receiver has this time to learn the new secret. */
const rotationMs = 24 * 3_600_000;

/** The systems of the school that get notifications. Administrators manage them. */
@Injectable()
export class WebhookEndpoints {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly secrets: WebhookSecrets,
    private readonly outgoing: OutgoingHttp,
    private readonly types: NotificationTypes,
  ) {}

  /** Returns the row and the secret, which is shown only now. @throws ValidationFailed, TooManyWebhookEndpoints */
  async create(adminId: number, endpoint: EndpointRequest): Promise<{ row: WebhookEndpointRow; secret: string }> {
    const problem = this.outgoing.problemOf(endpoint.url);
    if (problem) throw invalid('/body/url', `The address ${problem}`, 'reachable_url');
    this.requireKnownTypes(endpoint.types ?? []);
    const { secret, sealedSecret } = this.secrets.create(endpoint.url);
    const row = await this.database.transaction(() => this.insert(adminId, endpoint, sealedSecret));
    if (!row) throw new TooManyWebhookEndpoints(maxEndpoints);
    return { row, secret };
  }

  list(): Promise<WebhookEndpointRow[]> {
    const sql = `SELECT ${shown.columns()} FROM notifications_webhookendpoint ORDER BY id DESC`;
    return this.database.rows(shown.shape, sql);
  }

  /** @throws WebhookEndpointNotFound */
  async get(id: number): Promise<WebhookEndpointRow> {
    const sql = `SELECT ${shown.columns()} FROM notifications_webhookendpoint WHERE id = $1`;
    return required(await this.database.row(shown.shape, sql, [id]));
  }

  /** Both secrets sign for 24 hours. A second rotation in this time ends the oldest. @throws WebhookEndpointNotFound */
  async rotateSecret(id: number): Promise<{ row: WebhookEndpointRow; secret: string }> {
    return this.database.transaction(async () => {
      const { url } = await this.get(id);
      const { secret, sealedSecret } = this.secrets.create(url);
      const row = await this.update(
        id,
        'previous_sealed_secret = sealed_secret, previous_secret_expires_at = $2, sealed_secret = $3',
        [new Date(this.clock.now().getTime() + rotationMs), sealedSecret],
      );
      return { row, secret };
    });
  }

  /** @throws WebhookEndpointNotFound */
  activate(id: number): Promise<WebhookEndpointRow> {
    return this.database.transaction(() => this.update(id, 'deactivated_at = NULL, deactivation_reason = NULL', []));
  }

  /** An endpoint that is not active keeps its reason. @throws WebhookEndpointNotFound */
  deactivate(id: number): Promise<WebhookEndpointRow> {
    return this.database.transaction(() =>
      this.update(
        id,
        `deactivated_at = COALESCE(deactivated_at, $2), deactivation_reason = COALESCE(deactivation_reason, 'administrator')`,
        [this.clock.now()],
      ),
    );
  }

  /** @throws WebhookEndpointNotFound */
  async remove(id: number): Promise<void> {
    const sql = 'DELETE FROM notifications_webhookendpoint WHERE id = $1';
    const removedCount = await this.database.transaction(() => this.database.run(sql, [id]));
    if (removedCount === 0) throw new WebhookEndpointNotFound();
  }

  private async update(id: number, changesSql: string, values: (Date | string)[]): Promise<WebhookEndpointRow> {
    const sql = `UPDATE notifications_webhookendpoint SET ${changesSql} WHERE id = $1 RETURNING ${shown.columns()}`;
    return required(await this.database.row(shown.shape, sql, [id, ...values]));
  }

  /** Returns nothing if there are too many. Two requests at once can pass this limit by one, which harms nobody. */
  private async insert(
    adminId: number,
    { url, description, types }: EndpointRequest,
    sealedSecret: string,
  ): Promise<WebhookEndpointRow | undefined> {
    const counted = await this.database.row(
      { total: int },
      'SELECT count(*) AS total FROM notifications_webhookendpoint',
    );
    if (counted!.total >= maxEndpoints) return undefined;
    return this.database.row(
      shown.shape,
      `INSERT INTO notifications_webhookendpoint (url, description, types, sealed_secret, created_by_id, created_at)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${shown.columns()}`,
      [url, description, types && JSON.stringify([...new Set(types)]), sealedSecret, adminId, this.clock.now()],
    );
  }

  private requireKnownTypes(types: readonly string[]): void {
    const at = types.findIndex((type) => !this.types.find(type));
    if (at >= 0) throw invalid(`/body/types/${at}`, 'This type is not registered', 'registered_type');
  }
}

const invalid = (pointer: string, message: string, rule: string): ValidationFailed =>
  new ValidationFailed([{ pointer, message, rule }]);

function required(row: WebhookEndpointRow | undefined): WebhookEndpointRow {
  if (!row) throw new WebhookEndpointNotFound();
  return row;
}
