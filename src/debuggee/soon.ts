/** What a debuggee in this process gives at once, and one in a process of its own a little later. */
export type Soon<T> = T | Promise<T>;

/** Goes on with a value: at once where it is there, so that nothing is told in between. */
export function when<T, R>(value: Soon<T>, use: (value: T) => R): Soon<Awaited<R>> | R {
  return value instanceof Promise ? value.then(use) as Promise<Awaited<R>> : use(value);
}
