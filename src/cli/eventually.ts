/** Milliseconds that the process which runs an execution has to do what it is asked for. */
const askedTime = 5000;

/** Reads until it is as wanted, for as long as another process has to do it. */
export async function eventually<T>(read: () => T | Promise<T>, wanted: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + askedTime;
  let value = await read();
  while (!wanted(value) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    value = await read();
  }
  return value;
}
