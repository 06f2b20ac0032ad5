const names = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Whether a request to a server of this machine may come from a page of another site: by a foreign `Host` (DNS
 * rebinding) or a foreign `Origin`. A page of this machine's own servers may call; its port is another one.
 */
export function isForeign(host: string | undefined, origin: string | undefined, port: number): boolean {
  if (!names.some((name) => host?.toLowerCase() === `${name}:${port}`)) return true;
  return origin !== undefined && !names.some((name) => /^https?:\/\/(.*?)(:\d+)?$/.exec(origin.toLowerCase())?.[1] === name);
}
