/**
 * A number from 0 to `below` - 1 and the generator's next state (mulberry32). Not for secrets: it only has to spread
 * well and to be the same everywhere.
 */
export function randomNumber(state: number, below: number): { readonly value: number; readonly state: number } {
  const next = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(next ^ (next >>> 15), next | 1);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
  return { value: ((mixed ^ (mixed >>> 14)) >>> 0) % below, state: next };
}
