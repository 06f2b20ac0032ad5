import { DebugError, type DebugValue, type DebugVariable } from '../../debuggee/debuggee.ts';
import { ListValue, MapValue, typeName, type Value } from '../../machine/value.ts';
import type { Place } from './expressions.ts';
import { displayText, fullText, partExpression } from './valueText.ts';

export interface Page {
  readonly start?: number;
  readonly count?: number;
  readonly filter?: 'named' | 'indexed';
}

/** Something that has parts: a scope, a list or a map. */
export interface Container {
  readonly named: number;
  readonly indexed: number;
  children(page: Page): DebugVariable[];
  /** A part by the name that `children` gives it. */
  part(name: string): ValuePlace | undefined;
}

/** A place that holds a value: a variable, a part of one, or the result of an expression. */
export interface ValuePlace {
  /** Read anew each time, because a change of one part makes new containers. */
  read(): Value;
  /** Reads the same place; undefined where no expression does. */
  readonly expression: string | undefined;
  /** Where the expression can be assigned to; undefined where it is only a value. */
  readonly assignable: Place | undefined;
}

/**
 * References to containers as the protocol has them: numbers that are good until the execution goes on. They are never
 * used twice, so that a late question of a client cannot get the answer to another one.
 */
export class ValueTable {
  readonly #containers = new Map<number, Container>();
  #last = 0;

  /** Forgets every reference: the execution goes on. */
  clear(): void {
    this.#containers.clear();
  }

  add(container: Container): number {
    this.#containers.set(++this.#last, container);
    return this.#last;
  }

  get(reference: number): Container {
    const container = this.#containers.get(reference);
    if (!container) throw new DebugError('This value is from an earlier stop and is not known any more.');
    return container;
  }

  /** How a value is shown; `value` is what the place holds. Its parts can be asked for, and changed where the place can be. */
  value(place: ValuePlace, value = place.read()): DebugValue {
    const named = value instanceof MapValue ? value.entries.size : 0;
    const indexed = value instanceof ListValue ? value.items.length : 0;
    return {
      display: displayText(value),
      full: () => fullText(value),
      type: typeName(value),
      reference: named + indexed > 0 ? this.add(this.#container(place, named, indexed)) : 0,
      namedChildren: named,
      indexedChildren: indexed,
    };
  }

  variable(name: string, place: ValuePlace, value = place.read()): DebugVariable {
    return { name, evaluateName: place.expression, readOnly: place.assignable === undefined, ...this.value(place, value) };
  }

  /** A line that only tells something, such as the execution's state. */
  note(name: string, text: string): DebugVariable {
    return { name, evaluateName: undefined, readOnly: true, display: text, full: () => text, type: 'string', reference: 0, namedChildren: 0, indexedChildren: 0 };
  }

  #container(place: ValuePlace, named: number, indexed: number): Container {
    return {
      named,
      indexed,
      children: (page) => {
        // Read once for all parts: an expression may take its time.
        const whole = place.read();
        return cut(keysOf(whole, page.filter), page).map((key) => this.variable(String(key), partOf(place, key), readPart(whole, key)));
      },
      part: (name) => {
        const key = keysOf(place.read(), undefined).find((candidate) => String(candidate) === name);
        return key === undefined ? undefined : partOf(place, key);
      },
    };
  }
}

function partOf(place: ValuePlace, key: string | number): ValuePlace {
  return {
    read: () => readPart(place.read(), key),
    expression: place.expression === undefined ? undefined : partExpression(place.expression, key),
    assignable: place.assignable,
  };
}

function readPart(container: Value, key: string | number): Value {
  const part = container instanceof ListValue ? container.items[key as number] : container instanceof MapValue ? container.entries.get(key as string) : undefined;
  if (part === undefined) throw new DebugError(`${JSON.stringify(key)} is not there any more.`);
  return part;
}

function keysOf(value: Value, filter: Page['filter']): readonly (string | number)[] {
  if (value instanceof ListValue) return filter === 'named' ? [] : [...value.items.keys()];
  return value instanceof MapValue && filter !== 'indexed' ? [...value.entries.keys()] : [];
}

export function cut<Item>(items: readonly Item[], { start = 0, count }: Page): readonly Item[] {
  return items.slice(start, count === undefined ? undefined : start + count);
}
