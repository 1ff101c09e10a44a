/**
 * Compares two schemas. In a request, a client breaks when the new schema allows less; in a response, when it promises less.
 * `report(isBreaking, place, text)` is called for each change. A place is the name of a schema with a path of properties.
 */
export class SchemaComparison {
  #compared = new Set();

  constructor(before, now, report) {
    Object.assign(this, { before, now, report });
  }

  compare(before, now, direction, place) {
    const [old, current] = [simplify(this.before, before), simplify(this.now, now)];
    const named = current.name ?? old.name;
    const key = [direction, old.name ?? place, named ?? place].join(' ');
    // A named schema is used in many places, and is reported once.
    if (this.#compared.has(key)) return;
    this.#compared.add(key);
    const change = { direction, place: named ?? place, isRequest: direction === 'request' };
    this.#compareTypes(old, current, change);
    this.#compareProperties(old, current, change);
    this.#compareRules(old, current, change);
    for (const part of ['items', 'additionalProperties'])
      if (isSchema(old[part]) && isSchema(current[part]))
        this.compare(old[part], current[part], direction, `${change.place}${part === 'items' ? '[]' : '{}'}`);
    this.#compareAlternatives(old, current, change);
  }

  #compareTypes(old, current, { isRequest, place }) {
    const { added, removed } = differences(old.types, current.types);
    for (const type of removed) this.report(isRequest, place, `is no longer ${type}`);
    for (const type of added) this.report(!isRequest, place, `can be ${type}`);
    const values = differences(old.values, current.values);
    if (!current.values.length && old.values.length)
      return this.report(!isRequest, place, 'has no fixed values any more');
    if (!old.values.length && current.values.length)
      return this.report(isRequest, place, `has fixed values: ${current.values.join(', ')}`);
    if (values.added.length > 0) this.report(false, place, `has new values: ${values.added.join(', ')}`);
    if (values.removed.length > 0) this.report(isRequest, place, `lost values: ${values.removed.join(', ')}`);
  }

  #compareProperties(old, current, { direction, isRequest, place }) {
    const { added, removed, kept } = differences(Object.keys(old.properties), Object.keys(current.properties));
    const isRequired = (schema, name) => schema.required.includes(name);
    const at = (name) => `${place}.${name}`;
    for (const name of removed) this.report(true, at(name), 'is removed');
    for (const name of added) {
      const breaks = isRequest && isRequired(current, name);
      this.report(breaks, at(name), breaks ? 'is new and required' : 'is new');
    }
    for (const name of kept) {
      const [was, is] = [isRequired(old, name), isRequired(current, name)];
      if (was !== is) this.report(isRequest ? is : was, at(name), is ? 'is always there' : 'is optional');
      this.compare(old.properties[name], current.properties[name], direction, at(name));
    }
  }

  /** Limits and formats. Only those of requests bind a client. */
  #compareRules(old, current, { isRequest, place }) {
    if (!isRequest) return;
    for (const rule of RULES) {
      const [was, is] = [boundOf(old.rules, rule), boundOf(current.rules, rule)];
      if (JSON.stringify(was) === JSON.stringify(is)) continue;
      const isLooser = is === undefined || (was !== undefined && isLooserLimit(rule, was, is));
      this.report(!isLooser, place, is === undefined ? `has no ${rule} any more` : `has ${rule} ${is}`);
    }
  }

  #compareAlternatives(old, current, { direction, place }) {
    if (old.alternatives.length !== current.alternatives.length)
      return this.report(
        true,
        place,
        `has ${current.alternatives.length} alternatives instead of ${old.alternatives.length}`,
      );
    for (const [index, alternative] of current.alternatives.entries())
      this.compare(old.alternatives[index], alternative, direction, `${place}(${index + 1})`);
  }
}

const LOWER_LIMITS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'];
const UPPER_LIMITS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];
const RULES = [...LOWER_LIMITS, ...UPPER_LIMITS, 'pattern', 'format', 'multipleOf', 'uniqueItems'];

/** The rule of a schema, if it binds a client: numbers in JSON are exact up to 2^53 only, and a width says no more than the limits. */
function boundOf(rules, rule) {
  const value = rules[rule];
  if (rule === 'maximum' && value >= Number.MAX_SAFE_INTEGER) return undefined;
  return rule === 'format' && /^int(32|64)$/.test(value) ? undefined : value;
}

const isLooserLimit = (rule, was, is) =>
  (LOWER_LIMITS.includes(rule) && is < was) || (UPPER_LIMITS.includes(rule) && is > was);

const isSchema = (value) => typeof value === 'object' && value !== null;

/** One form for the many ways to write the same schema: references are followed, `null` is a type, and `const` is one value. */
function simplify(document, schema) {
  const { name, target } = follow(document, schema);
  const parts = (target.allOf ?? []).map((part) => simplify(document, part));
  const members = target.oneOf ?? target.anyOf ?? [];
  const isNull = (member) => member.type === 'null';
  const alternatives = members.filter((member) => !isNull(member) && isTyped(member));
  const only = alternatives.length === 1 && !target.properties ? simplify(document, alternatives[0]) : undefined;
  const own = {
    types: [target.type ?? []].flat().concat(members.some(isNull) ? ['null'] : []),
    values: valuesOf(target),
    properties: target.properties ?? {},
    required: target.required ?? [],
    rules: target,
    items: target.items,
    additionalProperties: target.additionalProperties,
  };
  const all = [own, ...parts, ...(only ? [only] : [])];
  return {
    name: name ?? only?.name,
    types: [...new Set(all.flatMap(({ types }) => types))],
    values: [...new Set(all.flatMap(({ values }) => values))],
    properties: Object.assign({}, ...all.map(({ properties }) => properties).reverse()),
    required: all.flatMap(({ required }) => required),
    rules: Object.assign({}, ...all.map(({ rules }) => rules).reverse()),
    items: all.find(({ items }) => items)?.items,
    additionalProperties: all.find((part) => part.additionalProperties)?.additionalProperties,
    alternatives: only ? only.alternatives : alternatives,
  };
}

const valuesOf = (schema) =>
  'const' in schema ? [String(schema.const)] : (schema.enum ?? []).filter((value) => value !== null).map(String);
/** A member that only names required properties has no type of its own. */
const isTyped = ({ $ref, type, properties, enum: values, oneOf, anyOf, allOf, ...rest }) =>
  Boolean($ref ?? type ?? properties ?? values ?? oneOf ?? anyOf ?? allOf) || 'const' in rest;

function follow(document, schema) {
  if (!schema.$ref) return { target: schema };
  const steps = schema.$ref.slice(2).split('/');
  return {
    name: steps.at(-1),
    target: follow(
      document,
      steps.reduce((member, step) => member[step], document),
    ).target,
  };
}

/** What only the second list has, what only the first has, and what both have. */
export function differences(before, now) {
  return {
    added: now.filter((value) => !before.includes(value)),
    removed: before.filter((value) => !now.includes(value)),
    kept: now.filter((value) => before.includes(value)),
  };
}
