import type { Range } from '../../source/text.ts';

interface Deprecated {
  /** `self` is the execution, which flows call `this`. */
  readonly on: 'system' | 'self';
  readonly method: string;
  readonly instead: string;
}

export interface DeprecatedUse extends Deprecated {
  /** Of the method's name. */
  readonly range: Range;
}

/** Methods of older releases. They work; `flow_api` reports them when they run, and says the same (cloudomation 3). */
export const deprecatedMethods: readonly Deprecated[] = [
  { on: 'self', method: 'task', instead: 'connect' },
  { on: 'self', method: 'archive', instead: 'delete' },
  { on: 'system', method: 'connection', instead: 'connector' },
  { on: 'system', method: 'connections', instead: 'connectors' },
  // Of the one parameter that handlers had in 2018.
  { on: 'self', method: 'logln', instead: 'this.log' },
  { on: 'self', method: 'getInputs', instead: "this.get('input_value')" },
  { on: 'self', method: 'setOutput', instead: 'this.set_output' },
  { on: 'self', method: 'getEnvName', instead: 'system.get_env_name' },
  { on: 'self', method: 'waitFor', instead: 'this.wait_for' },
  { on: 'self', method: 'waitForAll', instead: 'this.wait_for' },
  { on: 'self', method: 'setOutputs', instead: 'this.save(output_value=…)' },
  { on: 'self', method: 'getParent', instead: "this.get('parent_execution_id')" },
];

/** Named arguments of methods of `system` that stay: the name is what is deprecated. */
export const deprecatedArguments: readonly (Deprecated & { readonly of: string; readonly names: readonly string[] })[] = [
  { on: 'system', of: 'file', names: ['path'], method: 'file(path=…)', instead: 'file(name)' },
  { on: 'system', of: 'files', names: ['dir', 'glob'], method: 'files(dir=…, glob=…)', instead: 'files(filter=…)' },
];

/** The name up to version 7 of what all exceptions of `flow_api` are (cloudomation 3.5). */
export const deprecatedException: Deprecated = { on: 'system', method: 'CloudomationException', instead: 'EngineException' };

/** What is deprecated of a handler itself: that it has one parameter, as in 2018. */
export const deprecatedHandler: Deprecated = { on: 'self', method: 'handler(c)', instead: 'handler(system, this, inputs)' };
