import { DataSource, type DataSourceOptions } from 'typeorm';

/** A data source that has connections unknown to TypeORM. They are closed together with the connections of TypeORM. */
export class ClosingDataSource extends DataSource {
  constructor(
    options: DataSourceOptions,
    private readonly closeOthers: () => void | Promise<void>,
  ) {
    super(options);
  }

  override async destroy(): Promise<void> {
    const closed = this.isInitialized ? this.closeOthers() : undefined;
    await Promise.all([closed, super.destroy()]);
  }
}
