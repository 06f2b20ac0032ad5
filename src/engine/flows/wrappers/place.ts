import type { Execution } from '../../../execution/record.ts';
import { exactMember } from '../exactJson.ts';

/** The program from which an execution's names are looked for: a wrapper stands for what it is around, wherever its own script is. */
export function placeOf({ type, program, input_value }: Pick<Execution, 'type' | 'program' | 'input_value'>): string {
  const place = type === 'WRAPPER' ? exactMember(input_value, 'child_execution', 'place') : undefined;
  const path: unknown = place === undefined ? undefined : JSON.parse(place);
  return typeof path === 'string' && path !== '' ? path : program;
}
