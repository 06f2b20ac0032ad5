import { createHash } from 'node:crypto';

/** Tells sources apart: a new revision is made when the source or its environment changes (execution-fields 1). */
export function revisionDigest(script: string, environment: string): string {
  return createHash('sha256').update(script).update('\0').update(environment).digest('hex');
}

/** `000001-a4d`: a counter and three hexadecimal digits (google-workflows 6.1), here of the digest, so that they repeat. */
export function revisionName(number: number, digest: string): string {
  return `${String(number).padStart(6, '0')}-${digest.slice(0, 3)}`;
}
