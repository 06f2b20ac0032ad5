/**
 * Milliseconds after which the clock is asked again: timers go on as if nothing had happened when the clock is set or
 * the computer was suspended.
 */
const longestTimer = 30_000;

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
