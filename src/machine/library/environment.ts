import type { Value } from '../value.ts';
import { argumentCheck, described, type Arguments } from './define.ts';

const check = argumentCheck(described('sys.get_env'));

/** `sys.get_env` over the variables of the execution: the default, or null, where one is not set. Raises TypeError. */
export function getEnv(environment: ReadonlyMap<string, string>, args: Arguments): Value {
  const [name, fallback] = check(args) as readonly [string, Value | undefined];
  return environment.get(name) ?? fallback ?? null;
}
