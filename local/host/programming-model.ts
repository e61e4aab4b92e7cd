/**
 * The types between a functions host and `@azure/functions`, as far as this host and that library use them.
 *
 * No package publishes them. The names are those of the protocol of the real worker.
 */

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';
type LogCategory = 'user' | 'system' | 'customMetric';
export type Log = (level: LogLevel, category: LogCategory, message: string) => void;

/** A trigger, an input or an output of a function, with its options. */
export type Binding = {
  readonly name: string;
  readonly type: string;
  readonly direction: 'in' | 'out';
  readonly [option: string]: unknown;
};

export type FunctionMetadata = {
  readonly name: string;
  readonly functionId?: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: unknown;
};

export type FunctionCallback = (...inputs: unknown[]) => unknown;
export type HookCallback = (context: Record<string, unknown>) => unknown;

/** One value between host and library: exactly one of these is set. */
export type TypedData = {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly http?: HttpRequestData | HttpResponseData;
};

type Nullable<T> = { readonly value: T };

export type HttpRequestData = {
  readonly method: string;
  readonly url: string;
  readonly nullableHeaders: Readonly<Record<string, Nullable<string>>>;
  readonly nullableQuery: Readonly<Record<string, Nullable<string>>>;
  readonly nullableParams: Readonly<Record<string, Nullable<string>>>;
  readonly body: { readonly bytes: Uint8Array } | null;
  readonly headers: Record<string, never>;
  readonly query: Record<string, never>;
  readonly params: Record<string, never>;
  readonly cookies: readonly never[];
  readonly identities: readonly never[];
  readonly rawBody: null;
};

export type HttpResponseData = {
  readonly statusCode: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly CookieData[];
  readonly body?: { readonly bytes?: Uint8Array } | null;
};

export type CookieData = {
  readonly name: string;
  readonly value: string;
  readonly domain?: Nullable<string>;
  readonly path?: Nullable<string>;
  readonly expires?: Nullable<{ readonly seconds: number }>;
  readonly secure?: Nullable<boolean>;
  readonly httpOnly?: Nullable<boolean>;
  readonly maxAge?: Nullable<number>;
  readonly sameSite: 'none' | 'lax' | 'strict' | 'explicitNone';
};

type InvocationRequest = {
  readonly invocationId: string;
  readonly functionId: string;
  readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
  readonly triggerMetadata: Readonly<Record<string, TypedData>>;
  readonly traceContext: null;
  readonly retryContext: null;
};

export type InvocationResponse = { readonly returnValue?: TypedData | null };

/** One invocation, for the library. */
export type CoreInvocationContext = {
  readonly invocationId: string;
  readonly request: InvocationRequest;
  readonly metadata: FunctionMetadata;
  /** The library allows logging after the end of the handler as long as this is `postInvocationHooks`. */
  state: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined;
  readonly log: Log;
};

/** The part of the library in one invocation: it makes the arguments, calls the handler and converts its result. */
type InvocationModel = {
  getArguments(): Promise<{ readonly context: unknown; readonly inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
};

export type ProgrammingModel = {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>;
  getCapabilities(defaults: Record<string, string>): Promise<Record<string, string>>;
};
