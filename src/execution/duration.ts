/** The time between two RFC 3339 times as Google writes durations: `1.5s`, `0s`. Negative ones (a clock moved back) are `0s`. */
export function durationBetween(start: string, end: string): string {
  const milliseconds = Math.max(0, Date.parse(end) - Date.parse(start));
  const seconds = Math.floor(milliseconds / 1000);
  const fraction = String(milliseconds % 1000).padStart(3, '0').replace(/0+$/, '');
  return fraction === '' ? `${seconds}s` : `${seconds}.${fraction}s`;
}

/** A length of time in milliseconds, as short as it can be read: `340 ms`, `12.4 s`, `3 m 05 s`, `2 h 03 m`. */
export function durationText(milliseconds: number): string {
  const time = Math.max(0, milliseconds);
  if (time < 1000) return `${Math.round(time)} ms`;
  if (time < 59_950) return `${(time / 1000).toFixed(1)} s`;
  const seconds = Math.round(time / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${padded(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${padded(minutes % 60)} m`;
}

function padded(number: number): string {
  return String(number).padStart(2, '0');
}
