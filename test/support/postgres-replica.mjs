import * as fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';

/** Files and folders that belong to the running primary and not to its data. */
const EXCLUDED = new Set([
  'postmaster.pid',
  'postmaster.opts',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_stat_tmp',
]);

/**
 * Copies the data of a running primary on this machine, as pg_basebackup does (no npm package contains it). The backup label
 * says where the replica starts to replay, and `standby.signal` makes it follow the primary.
 */
export async function createReplica(url, data, account) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('SHOW data_directory');
  await client.query("SELECT pg_backup_start('replica', true)");
  copy(rows[0].data_directory, data);
  const { rows: stopRows } = await client.query('SELECT labelfile FROM pg_backup_stop(false)');
  await client.end();
  fs.writeFileSync(path.join(data, 'backup_label'), stopRows[0].labelfile);
  fs.writeFileSync(path.join(data, 'standby.signal'), '');
  if (account) changeOwner(data, account);
  const { hostname, port, username, password } = new URL(url);
  const primary = `host=${hostname} port=${port} user=${username} password=${password} application_name=replica`;
  return { password, settings: { primary_conninfo: primary, hot_standby: 'on' } };
}

function copy(from, to) {
  for (const name of fs.readdirSync(from)) {
    if (EXCLUDED.has(name)) continue;
    fs.cpSync(path.join(from, name), path.join(to, name), { recursive: true, verbatimSymlinks: true });
  }
  for (const name of ['pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_stat_tmp'])
    fs.mkdirSync(path.join(to, name), { mode: 0o700 });
}

function changeOwner(folder, { uid, gid }) {
  fs.chmodSync(folder, 0o700);
  for (const entry of ['', ...fs.readdirSync(folder, { recursive: true })])
    fs.lchownSync(path.join(folder, entry), uid, gid);
}
