import type { Schema } from './schema.ts';

interface Mark {
  readonly order: number;
  /** The first schema of the way that is reached from here. */
  low: number;
  /** Set once everything that is reached from here is known; schemas that reach each other share it. */
  loop: number | undefined;
}

/**
 * The schemas whose reference leads back to themselves for the same value, such as `{"$ref": "#"}`: holding a value
 * against them would never end. Tarjan's strongly connected components over what schemas apply in place.
 */
export function endlessReferences<S extends Schema>(schemas: readonly S[]): S[] {
  const marks = new Map<Schema, Mark>();
  const way: Schema[] = [];
  const open = (schema: Schema) => {
    const mark: Mark = { order: marks.size, low: marks.size, loop: undefined };
    marks.set(schema, mark);
    way.push(schema);
    return { schema, mark, left: inPlace(schema) };
  };
  for (const start of schemas) {
    const steps = marks.has(start) ? [] : [open(start)];
    for (let step = steps.at(-1); step; step = steps.at(-1)) {
      const next = step.left.pop();
      const known = next && marks.get(next);
      if (next && !known) {
        steps.push(open(next));
      } else if (known) {
        if (known.loop === undefined) step.mark.low = Math.min(step.mark.low, known.order);
      } else {
        steps.pop();
        const before = steps.at(-1)?.mark;
        if (before) before.low = Math.min(before.low, step.mark.low);
        if (step.mark.low === step.mark.order) for (const schema of way.splice(way.lastIndexOf(step.schema))) marks.get(schema)!.loop = step.mark.order;
      }
    }
  }
  const loopOf = (schema: Schema | undefined): number | undefined => schema && marks.get(schema)?.loop;
  return schemas.filter((schema) => [schema.ref, schema.dynamicRef?.schema].some((target) => target && loopOf(target) === loopOf(schema)));
}

/** The schemas that apply to the same value as this one. */
function inPlace(schema: Schema): Schema[] {
  const { ref, dynamicRef, allOf = [], anyOf = [], oneOf = [], dependentSchemas } = schema;
  const parts = [ref, dynamicRef?.schema, schema.not, schema.if, schema.then, schema.else].filter((part) => part !== undefined);
  return [...allOf, ...anyOf, ...oneOf, ...(dependentSchemas?.values() ?? []), ...parts];
}
