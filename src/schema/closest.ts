import type { Violation } from './violation.ts';
import { typeNames, type TypeName } from './keywords.ts';

/**
 * What to tell where none of several forms fits (`anyOf`, `oneOf`): the form the author most likely meant, judged by
 * how far its violations are from the value itself. A form of another type is far; one whose discriminating
 * constant differs is further than one that merely lacks keys.
 */
export type Closest =
  /** One form is clearly the nearest. */
  | { readonly kind: 'form'; readonly violations: readonly Violation[] }
  /** All forms want other types. */
  | { readonly kind: 'types'; readonly types: readonly TypeName[] }
  /** All forms list values, and this is none of them. */
  | { readonly kind: 'values'; readonly violations: readonly Violation[] }
  /** Each form only lacks keys. */
  | { readonly kind: 'keys'; readonly violations: readonly Violation[] }
  | { readonly kind: 'unclear'; readonly violations: readonly Violation[] };

export function closestForm(violation: Violation): Closest {
  const forms = violation.forms ?? [];
  const { node } = violation.place;
  const own = forms.map((form) => form.filter((part) => part.place.node === node));
  if (own.every((parts) => parts.some((part) => part.keyword === 'type'))) {
    const types = own.flatMap((parts) => parts.flatMap((part) => (part.keyword === 'type' ? part.schema.types! : [])));
    return { kind: 'types', types: typeNames.filter((name) => types.includes(name)) };
  }
  if (own.every((parts, index) => parts.length === forms[index]!.length && parts.every((part) => part.keyword === 'enum' || part.keyword === 'const'))) {
    return { kind: 'values', violations: own.flat() };
  }
  const scores = forms.map((form) => distance(form, node));
  const best = Math.min(...scores);
  const nearest = forms.filter((_, index) => scores[index] === best);
  if (nearest.length === 1) return { kind: 'form', violations: nearest[0]! };
  if (nearest.every((form) => form.length === 1 && form[0]!.keyword === 'required')) return { kind: 'keys', violations: nearest.flat() };
  return { kind: 'unclear', violations: nearest.map((form) => form[0]!) };
}

function distance(form: readonly Violation[], node: Violation['place']['node']): number {
  let sum = 0;
  for (const { keyword, place, missing } of form) {
    const wrongConstant = keyword === 'const' || keyword === 'enum';
    if (place.node === node) sum += keyword === 'type' || keyword === 'false' ? 10_000 : wrongConstant ? 1000 : (missing?.length ?? 1);
    else if (wrongConstant && place.parent?.node === node) sum += 100;
    else sum += keyword === 'type' ? 3 : 2;
  }
  return sum;
}

/** How badly a form fails, for choosing what to offer while typing: 0 fits or only lacks parts. */
export function isOtherForm(form: readonly Violation[], node: Violation['place']['node']): boolean {
  return distance(form, node) >= 100;
}
