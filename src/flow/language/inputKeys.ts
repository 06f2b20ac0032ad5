import { readFlow } from './flow.ts';

/** The keys of its inputs that a flow's text reads by name, in the order in which they first stand there. */
export function inputKeys(text: string): string[] {
  const inputs = readFlow(text).handler?.parameters[2];
  if (inputs === undefined || !/^\w+$/.test(inputs)) return [];
  const read = new RegExp(`\\b${inputs}\\s*(?:\\[\\s*|\\.get\\(\\s*)(['"])(\\w+)\\1`, 'g');
  return [...new Set([...text.matchAll(read)].map((found) => found[2]!))];
}
