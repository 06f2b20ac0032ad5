/** Behaviour of effects that Google's documents leave open (google-workflows 11), each chosen here and nowhere else. */

/** How many redirects a request follows before it counts as failed; 0 gives the redirect itself to the workflow. */
export const followedRedirects: number = 10;

/** Redirects by these codes repeat the method and body; other ones continue as GET without a body, as browsers do. */
export const methodKeepingRedirects: ReadonlySet<number> = new Set([307, 308]);

/** Whether a request without `Accept-Encoding` of its own may be answered compressed; the workflow never sees it. */
export const transparentCompression: boolean = true;

/** What a callback's address answers to another method than its own: that there is no such thing, or that the method is wrong. */
export const wrongMethodStatus: 404 | 405 = 405;
