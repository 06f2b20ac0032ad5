import type { JsonText } from '../../execution/record.ts';
import { wakeAt } from '../effects/sleep.ts';
import type { CallHandlers, FlowContext, FlowParts } from './calls.ts';
import { exactMember, itemsOf, mergedObjects, membersOf, objectOf } from './exactJson.ts';

/** The `this.*` calls that concern nobody but the calling execution. */
export const ownCalls: CallHandlers = {
  'this.log': ({ level }, context) => {
    const severities = { info: 'INFO', warning: 'WARNING', error: 'ERROR' } as const;
    context.log(severities[level], logged(context.args));
    return null;
  },
  'this.set_output': (_args, context) => {
    setOutput(context);
    return null;
  },
  'this.sleep': ({ seconds }, context) => sleepUntil(context.began + seconds * 1000, context),
  'this.sleep_until': ({ time }, context) => sleepUntil(time * 1000, context),
  'this.webhook_html_response': ({ html }, { respond }) => {
    respond(html);
    return null;
  },
  // The journal's entry of the call is the savepoint.
  'this.save_dump': ({ name }, { id }) => ({ id, name }),
  'this.load_dump': ({ select, by }, context) => {
    context.goBack(select, by);
    return null;
  },
  'deprecated': ({ used, instead }, context) => {
    context.log('WARNING', { text: `${used} is deprecated: use ${instead}.` });
    return null;
  },
};

/** What the engine keeps of the own record is made again when the run is. */
export const ownCallsAgain: FlowParts['again'] = {
  'this.set_output': (_args, context) => setOutput(context),
  'this.webhook_html_response': ({ html }, { respond }) => respond(html),
};

function setOutput({ args, execution, change }: FlowContext): void {
  change({ output_value: mergedObjects(execution.output_value, exactMember(args, 'values')!) });
}

/** Several values are a line of text, as when they are printed; one value that is no text, and those with names, stay JSON. */
function logged(args: JsonText): { readonly text: string } | { readonly json: JsonText } {
  const values = exactMember(args, 'values')!;
  const named = membersOf(exactMember(args, 'named')!)!;
  const parts = itemsOf(values).map((text) => ({ text, value: JSON.parse(text) as unknown }));
  if (named.size > 0) return { json: mergedObjects(parts.length === 0 ? '{}' : `{"values":${values}}`, objectOf([...named])) };
  const [first] = parts;
  if (parts.length === 1 && first && typeof first.value !== 'string') return { json: first.text };
  return { text: parts.map(({ text, value }) => (typeof value === 'string' ? value : text)).join(' ') };
}

/** The time, in milliseconds since the epoch, is kept by the engine: after a restart the rest is slept. */
function sleepUntil(time: number, { signal, change }: FlowContext): Promise<null> | null {
  if (time <= Date.now()) return null;
  change({ scheduled_for: new Date(Math.min(time, latestTime)).toISOString() });
  return new Promise((resolve) => {
    wakeAt(time, signal, () => {
      change({ scheduled_for: undefined });
      resolve(null);
    });
  });
}

/** The last moment that a date can be. */
const latestTime = 8.64e15;
