/** The time between two RFC 3339 times as Google writes durations: `1.5s`, `0s`. Negative ones (a clock moved back) are `0s`. */
export function durationBetween(start: string, end: string): string {
  const milliseconds = Math.max(0, Date.parse(end) - Date.parse(start));
  const seconds = Math.floor(milliseconds / 1000);
  const fraction = String(milliseconds % 1000).padStart(3, '0').replace(/0+$/, '');
  return fraction === '' ? `${seconds}s` : `${seconds}.${fraction}s`;
}
