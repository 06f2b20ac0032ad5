import { userInfo } from 'node:os';
import type { Saved } from '../../flow/flowCalls.ts';
import { FlowError, savedOf, type CallHandlers } from './calls.ts';
import type { Secrets } from './connections/secrets.ts';
import type { Records } from './records/records.ts';
import { idOf } from './records/resourceFiles.ts';

/** Who and where a flow runs, and secrets that it writes. */
export function systemCalls(records: Records, secrets: Secrets): Pick<CallHandlers, 'vault.write_secret' | 'system.get_own_user' | 'system.get_own_client' | 'system.get_env_name'> {
  return {
    'vault.write_secret': async ({ path, data }) => {
      const { set } = secrets;
      if (!set) throw new FlowError('PermissionDenied', `Secrets cannot be written here: ${secrets.describe(path, Object.keys(data)[0] ?? 'value')} instead.`);
      for (const [key, value] of Object.entries(data)) await set(path, key, typeof value === 'string' ? value : JSON.stringify(value));
      return null;
    },
    'system.get_own_user': (_args, { id }) => ownUser(records, id),
    'system.get_own_client': () => ({ id: idOf('client local'), name: 'local' }),
    'system.get_env_name': () => 'local',
  };
}

/** The person at this machine. */
function ownUser(records: Records, id: string): Saved {
  const reference = { type: 'user', select: userName(), by: 'name', allow_normal: true, allow_deleted: false } as const;
  return savedOf(records.find(reference, '') ?? records.save(reference, new Map(), { id, program: '' }));
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may have no name for its user.
    return 'local';
  }
}
