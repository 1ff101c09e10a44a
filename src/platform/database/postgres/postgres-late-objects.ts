/** Whether an object of the catalogue has a comment, which its definition does not contain. */
const hasComment = (oid: string, catalogue: string): string =>
  `EXISTS (SELECT FROM pg_description d WHERE d.objoid = ${oid} AND d.classoid = '${catalogue}'::regclass)`;

/** An object is listed only if its definition contains everything about it. Others stay, and only make the work slower. */
const foreignKeysSql = `
  SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', t.name, c.conname) AS "dropSql",
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', t.name, c.conname, pg_get_constraintdef(c.oid)) AS "createSql",
    true AS "isForeignKey", c.conname::text AS name
  FROM pg_constraint c JOIN own_table t ON t.oid = c.conrelid
  WHERE c.contype = 'f' AND c.convalidated AND c.conparentid = 0 AND NOT ${hasComment('c.oid', 'pg_constraint')}
    AND has_table_privilege(c.confrelid, 'REFERENCES')
    AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgconstraint = c.oid AND g.tgenabled <> 'O')`;

/**
 * PostgreSQL prints `column IN (list)` as a comparison with an array, and reads this text as another expression. So the definition
 * gets its IN again.
 */
const toIndexDefinition = (oid: string): string => String.raw`regexp_replace(pg_get_indexdef(${oid}),
  '\((\w+)\)::text = ANY \(\(ARRAY\[([^]]*)\]\)::text\[\]\)', '\1 IN (\2)')`;

const indexesSql = `
  SELECT CASE WHEN u.oid IS NULL THEN format('DROP INDEX %s', i.indexrelid::regclass)
      ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', t.name, u.conname) END,
    CASE WHEN u.oid IS NULL THEN ${toIndexDefinition('i.indexrelid')}
      ELSE format('ALTER TABLE %s ADD CONSTRAINT %I %s', t.name, u.conname, pg_get_constraintdef(u.oid)) END,
    false, x.relname::text
  FROM pg_index i JOIN own_table t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
    LEFT JOIN pg_constraint u ON u.conindid = i.indexrelid AND u.contype IN ('p', 'u', 'x')
  WHERE NOT i.indisprimary AND NOT i.indisexclusion AND i.indisvalid AND i.indisready AND i.indislive
    AND NOT i.indisclustered AND NOT i.indisreplident AND NOT x.relispartition AND x.reltablespace = 0
    AND ${toIndexDefinition('i.indexrelid')} NOT LIKE '%ARRAY[%'
    AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = i.indexrelid)
    AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0)
    AND NOT ${hasComment('i.indexrelid', 'pg_class')} AND (u.oid IS NULL OR NOT ${hasComment('u.oid', 'pg_constraint')})`;

/**
 * Selects the foreign keys, unique keys and indexes of a table that can be dropped and created again, as `LateObject`s. The primary
 * key stays. A role that does not own the table finds none.
 */
export const lateObjectsSql = (table: string): string => `
  WITH own_table AS (SELECT oid, oid::regclass AS name FROM pg_class
    WHERE oid = '${table}'::regclass AND relkind = 'r' AND pg_has_role(relowner, 'USAGE'))
  ${foreignKeysSql} UNION ALL ${indexesSql} ORDER BY "isForeignKey" DESC, name`;
