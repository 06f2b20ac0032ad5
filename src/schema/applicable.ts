import type { DataNode } from '../source/data.ts';
import { isOtherForm } from './closest.ts';
import type { Validator } from './validate.ts';
import type { Place } from './violation.ts';
import type { Schema } from './schema.ts';

/** Of several forms: those the value fits, those it may still become, or all, for a value still to come. */
export type FormChoice = 'fitting' | 'typing' | 'any';

/** The schemas that speak about a value: the given ones with everything they apply in place. */
export function applicable(schemas: readonly Schema[], place: Place, validator: Validator, mode: FormChoice): Schema[] {
  const found = new Set<Schema>();
  const visit = (schema: Schema): void => {
    if (found.has(schema)) return;
    found.add(schema);
    if (schema.ref) visit(schema.ref);
    if (schema.dynamicRef) visit(schema.dynamicRef.schema);
    schema.allOf?.forEach(visit);
    for (const forms of [schema.anyOf, schema.oneOf]) if (forms) chosenForms(forms, place, validator, mode).forEach(visit);
    if (schema.if) {
      const branch = validator.holds(schema.if, place) ? schema.then : schema.else;
      if (branch) visit(branch);
    }
    if (place.node.kind === 'map') {
      for (const [key, dependent] of schema.dependentSchemas ?? []) {
        if (place.node.entries.some((entry) => entry.key === key)) visit(dependent);
      }
    }
  };
  schemas.forEach(visit);
  return [...found];
}

function chosenForms(forms: readonly Schema[], place: Place, validator: Validator, mode: FormChoice): readonly Schema[] {
  if (mode === 'any') return forms;
  const violations = forms.map((form) => validator.check(form, place));
  const fitting = forms.filter((_, index) => violations[index]!.length === 0);
  if (mode === 'fitting') return fitting;
  const possible = forms.filter((_, index) => !isOtherForm(violations[index]!, place.node));
  return possible.length > 0 ? possible : forms;
}

/** The schemas of an entry's value, by the rules of `properties`, `patternProperties` and `additionalProperties`. */
export function entrySchemas(schemas: readonly Schema[], key: string): Schema[] {
  return schemas.flatMap((schema) => {
    const property = schema.properties?.get(key);
    const patterns = (schema.patternProperties ?? []).filter((pattern) => pattern.matches(key)).map((pattern) => pattern.schema);
    const found = property ? [property, ...patterns] : patterns;
    return found.length > 0 ? found : [schema.additionalProperties, schema.unevaluatedProperties].filter((other) => other !== undefined);
  });
}

export function itemSchemas(schemas: readonly Schema[], index: number): Schema[] {
  return schemas.flatMap((schema) => {
    const found = schema.prefixItems?.[index] ?? schema.items ?? schema.unevaluatedItems;
    return [found, schema.contains].filter((other) => other !== undefined);
  });
}

/** The places from the root to an offset, the innermost last, and whether the offset is on the innermost's key. */
export function placesAt(root: DataNode, offset: number): { readonly places: readonly Place[]; readonly onKey: boolean } {
  const places: Place[] = [{ node: root }];
  for (;;) {
    const place = places.at(-1)!;
    const { node } = place;
    if (node.kind === 'map') {
      const entry = node.entries.find(({ keyNode, value }) => within(keyNode, offset) || within(value, offset));
      if (!entry) return { places, onKey: false };
      places.push({ node: entry.value, entry, parent: place });
      if (within(entry.keyNode, offset)) return { places, onKey: true };
    } else if (node.kind === 'list') {
      const item = node.items.find((candidate) => within(candidate, offset));
      if (!item) return { places, onKey: false };
      places.push({ node: item, parent: place });
    } else {
      return { places, onKey: false };
    }
  }
}

/** The schemas of the last place, following the way from the first. */
export function schemasOf(root: Schema, places: readonly Place[], validator: Validator, mode: FormChoice): Schema[] {
  let schemas: Schema[] = [root];
  for (const [index, place] of places.entries()) {
    const parent = places[index - 1];
    if (parent) {
      const around = applicable(schemas, parent, validator, mode);
      if (place.entry) schemas = entrySchemas(around, place.entry.key);
      else schemas = parent.node.kind === 'list' ? itemSchemas(around, parent.node.items.indexOf(place.node)) : [];
    }
  }
  return schemas;
}

function within(node: DataNode, offset: number): boolean {
  return node.range.start <= offset && offset <= node.range.end;
}
