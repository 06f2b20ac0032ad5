import { nearest } from '../execution/nearest.ts';
import { UsageError } from './usage.ts';

export interface OptionForms {
  /** Options with a value; `many` ones may be repeated. */
  readonly values?: readonly string[];
  readonly many?: readonly string[];
  readonly flags?: readonly string[];
}

export class Arguments {
  readonly positional: readonly string[];
  readonly #values: ReadonlyMap<string, readonly string[]>;
  readonly #flags: ReadonlySet<string>;

  constructor(positional: readonly string[], values: ReadonlyMap<string, readonly string[]>, flags: ReadonlySet<string>) {
    this.positional = positional;
    this.#values = values;
    this.#flags = flags;
  }

  value(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  flag(name: string): boolean {
    return this.#flags.has(name);
  }
}

/** Reads `--name value`, `--name=value`, `--flag` and the rest; after `--` everything is the rest. Throws `UsageError`. */
export function parseArguments(raw: readonly string[], forms: OptionForms): Arguments {
  const positional: string[] = [];
  const values = new Map<string, string[]>();
  const flags = new Set<string>();
  const withValue = [...(forms.values ?? []), ...(forms.many ?? [])];
  const known = [...withValue, ...(forms.flags ?? [])];
  for (let i = 0; i < raw.length; i++) {
    const argument = raw[i]!;
    if (argument === '--') {
      positional.push(...raw.slice(i + 1));
      break;
    }
    // A lone hyphen is a name for standard input.
    if (!argument.startsWith('-') || argument === '-') {
      positional.push(argument);
      continue;
    }
    const [, name = argument, inline] = /^--([^=]+)(?:=(.*))?$/s.exec(argument) ?? [];
    if (forms.flags?.includes(name) === true) {
      if (inline !== undefined) throw new UsageError(`--${name} takes no value.`);
      flags.add(name);
    } else if (withValue.includes(name)) {
      const value = inline ?? raw[++i];
      if (value === undefined) throw new UsageError(`--${name} needs a value.`);
      const given = values.get(name);
      if (given && forms.many?.includes(name) !== true) throw new UsageError(`--${name} is given twice.`);
      if (given) given.push(value);
      else values.set(name, [value]);
    } else {
      const meant = nearest(name, known);
      throw new UsageError(`There is no option ${argument.split('=')[0]!}.${meant === undefined ? '' : ` Did you mean --${meant}?`}`);
    }
  }
  return new Arguments(positional, values, flags);
}
