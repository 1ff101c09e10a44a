import * as fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';

/** What belongs to the running primary, not to its data. */
const LEFT_OUT = new Set([
  'postmaster.pid',
  'postmaster.opts',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_stat_tmp',
]);

/**
 * Copies the data of a primary on this machine while it runs, as pg_basebackup would (it is in no npm package): the label
 * of the backup tells the copy where to begin replaying, `standby.signal` to go on for ever.
 */
export async function follow(url, data, account) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('SHOW data_directory');
  await client.query("SELECT pg_backup_start('replica', true)");
  copy(rows[0].data_directory, data);
  const { rows: stopped } = await client.query('SELECT labelfile FROM pg_backup_stop(false)');
  await client.end();
  fs.writeFileSync(path.join(data, 'backup_label'), stopped[0].labelfile);
  fs.writeFileSync(path.join(data, 'standby.signal'), '');
  if (account) own(data, account);
  const { hostname, port, username, password } = new URL(url);
  const primary = `host=${hostname} port=${port} user=${username} password=${password} application_name=replica`;
  return { password, settings: { primary_conninfo: primary, hot_standby: 'on' } };
}

function copy(from, to) {
  for (const name of fs.readdirSync(from)) {
    if (LEFT_OUT.has(name)) continue;
    fs.cpSync(path.join(from, name), path.join(to, name), { recursive: true, verbatimSymlinks: true });
  }
  for (const name of ['pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_stat_tmp'])
    fs.mkdirSync(path.join(to, name), { mode: 0o700 });
}

function own(folder, { uid, gid }) {
  fs.chmodSync(folder, 0o700);
  for (const entry of ['', ...fs.readdirSync(folder, { recursive: true })])
    fs.lchownSync(path.join(folder, entry), uid, gid);
}
