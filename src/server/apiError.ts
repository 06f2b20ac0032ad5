/** Google's names of what can go wrong, with their HTTP statuses and their numbers in operations (google.rpc.Code). */
const errorCodes = {
  CANCELLED: { http: 499, rpc: 1 },
  INVALID_ARGUMENT: { http: 400, rpc: 3 },
  FAILED_PRECONDITION: { http: 400, rpc: 9 },
  UNAUTHENTICATED: { http: 401, rpc: 16 },
  PERMISSION_DENIED: { http: 403, rpc: 7 },
  NOT_FOUND: { http: 404, rpc: 5 },
  ALREADY_EXISTS: { http: 409, rpc: 6 },
  RESOURCE_EXHAUSTED: { http: 429, rpc: 8 },
  INTERNAL: { http: 500, rpc: 13 },
  UNIMPLEMENTED: { http: 501, rpc: 12 },
  UNAVAILABLE: { http: 503, rpc: 14 },
} as const;

export type ErrorStatus = keyof typeof errorCodes;

/** A request that is refused; becomes Google's error JSON (google-workflows 6.5). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: ErrorStatus;
  readonly http: number;

  /** `http` differs from the status' own only where HTTP has a better one, such as 413. */
  constructor(status: ErrorStatus, message: string, http: number = errorCodes[status].http) {
    super(message);
    this.status = status;
    this.http = http;
  }

  /** As an operation carries it. */
  get rpcStatus(): { readonly code: number; readonly message: string } {
    return { code: errorCodes[this.status].rpc, message: this.message };
  }
}

export function invalid(message: string): ApiError {
  return new ApiError('INVALID_ARGUMENT', message);
}

/** What a request is answered with. */
export interface Answer {
  readonly status: number;
  /** As JSON; undefined for nothing at all. */
  readonly body?: object;
  /** Instead of `body`: JSON that is to be sent as it stands, or with headers that say so another text. */
  readonly json?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function errorAnswer({ status, message, http }: ApiError): Answer {
  return { status: http, body: { error: { code: http, message, status } } };
}
