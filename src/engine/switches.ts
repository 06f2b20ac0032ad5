/** Behaviour of effects that Google's documents leave open (google-workflows 11), each chosen here and nowhere else. */

/** How many redirects a request follows before it counts as failed; 0 gives the redirect itself to the workflow. */
export const followedRedirects: number = 10;

/** Redirects by these codes repeat the method and body; other ones continue as GET without a body, as browsers do. */
export const methodKeepingRedirects: ReadonlySet<number> = new Set([307, 308]);

/** Whether a request without `Accept-Encoding` of its own may be answered compressed; the workflow never sees it. */
export const transparentCompression: boolean = true;
