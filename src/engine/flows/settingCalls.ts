import type { RecordReference } from '../../flow/flowCalls.ts';
import type { FlowContext, FlowParts } from './calls.ts';
import type { SettingLocks } from './locks/settingLocks.ts';
import type { Records } from './records/records.ts';

/** Locks of settings (cloudomation 3.4). A setting has to exist to be locked. The store has them, so that nothing is to be done again after a crash. */
export function settingCalls(records: Records, locks: SettingLocks): Pick<FlowParts['calls'], 'setting.acquire' | 'setting.release'> {
  return {
    'setting.acquire': (args, context) => {
      const looking = records.refresh(context.execution.program);
      const acquire = (): Promise<null> | null => locks.acquire(settingOf(records, args, context), args.timeout, context);
      return looking ? looking.then(acquire) : acquire();
    },
    'setting.release': (args, context) => {
      locks.release(settingOf(records, args, context).id, context.execution.id);
      return null;
    },
  };
}

function settingOf(records: Records, reference: RecordReference, { execution }: FlowContext): { readonly id: string; readonly name: string } {
  return records.get(reference, execution.program);
}
