import type { Range } from '../../source/text.ts';

interface Deprecated {
  /** `self` is the execution, which flows call `this`. */
  readonly on: 'system' | 'self';
  readonly method: string;
  /** Only with this first argument. */
  readonly argument?: string;
  readonly instead: string;
}

export interface DeprecatedUse extends Deprecated {
  /** Of the method's name. */
  readonly range: Range;
}

/** Methods of older releases; they work and are reported (cloudomation 3.3, 3.4). */
export const deprecatedMethods: readonly Deprecated[] = [
  { on: 'self', method: 'task', instead: 'this.connect' },
  { on: 'self', method: 'archive', instead: 'this.delete' },
  { on: 'self', method: 'get', argument: 'input_value', instead: 'the third parameter of handler, inputs' },
  { on: 'system', method: 'connection', instead: 'system.connector' },
  { on: 'system', method: 'connections', instead: 'system.connectors' },
  { on: 'system', method: 'task', instead: 'system.execution' },
];
