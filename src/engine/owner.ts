import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A process that runs executions. The token tells it from a later process that got the same id. */
export interface Owner {
  readonly pid: number;
  readonly token: string;
}

/** This process. */
export const thisOwner: Owner = { pid: process.pid, token: look(process.pid)?.token ?? randomUUID() };

/** Who owns what was let go of. */
export const nobody: Owner = { pid: 0, token: '' };

/** True where the owner certainly no longer runs. */
export function isGone(owner: Owner): boolean {
  // 0 would ask for the own process group.
  if (owner.pid === nobody.pid) return true;
  if (owner.pid === thisOwner.pid) return owner.token !== thisOwner.token;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it lives, under another user.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const found = look(owner.pid);
  return found !== undefined && (found.ended || found.token !== owner.token);
}

/**
 * When a process began, in the system's own unit, and whether it has ended: one whose parent has not asked yet how, as
 * in containers, is still listed. Only Linux tells cheaply; elsewhere the id alone decides.
 */
function look(pid: number): { readonly token: string; readonly ended: boolean } | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    // proc(5): the command's name stands in parentheses and may hold anything; the state comes after it, starttime is the 22nd field.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[19] === undefined ? undefined : { token: `${boot}:${fields[19]}`, ended: fields[0] === 'Z' || fields[0] === 'X' };
  } catch {
    return undefined;
  }
}
