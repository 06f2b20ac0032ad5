/** setTimeout's own limit, about 24.8 days; workflows may sleep for a year. */
const longestTimer = 2 ** 31 - 1;

/** Calls back at a time (milliseconds since the epoch), or never once aborted. A time that has passed is at once. */
export function wakeAt(time: number, signal: AbortSignal, wake: () => void): void {
  if (signal.aborted) return;
  const remaining = time - Date.now();
  // The clock is asked again after each part, so a computer that was suspended wakes its sleepers on time.
  const timer = setTimeout(
    () => {
      signal.removeEventListener('abort', stop);
      if (Date.now() >= time) wake();
      else wakeAt(time, signal, wake);
    },
    Math.max(0, Math.min(remaining, longestTimer)),
  );
  const stop = (): void => clearTimeout(timer);
  signal.addEventListener('abort', stop, { once: true });
}
