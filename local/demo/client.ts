import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportAnswer } from '../../cli/send/export-answer.ts';
import { projectRoot } from '../project-root.ts';
import type { DirectoryObject } from './directory-object.ts';

/** An operation of a sample file. A delete has only the source anchor. */
type SampleOperation = { readonly sourceAnchor: string; readonly objectType?: string; readonly displayName?: string };

/** An export that was sent, and its answer: a result for each operation. */
export type SentExport = ExportAnswer & { readonly operations: readonly SampleOperation[] };

type RegisteredTenant = { readonly tenantId: string; readonly initialDomain: string };

/** The answer to a sweep. `from` is the object that held the value before. */
export type SweepAnswer = {
  readonly released: readonly {
    readonly propertyName: string;
    readonly propertyValue: string;
    readonly sourceAnchor: string;
    readonly from: { readonly sourceAnchor: string; readonly displayName: string | null } | null;
    readonly whenStarted: string;
  }[];
  readonly stillWaiting: number;
};

type SentMail = { readonly subject: string; readonly to: readonly string[]; readonly plainText: string };

/** The requests of the demo to one tenant. Each rejects with a message for people if the answer is not the expected one. */
export type Client = {
  /** Registers the tenant with a file of `samples/`. */
  register(file: string): Promise<RegisteredTenant>;
  /** Sends a file of `samples/` as an export. */
  export(file: string): Promise<SentExport>;
  /** Sweeps the tenant now, as the timer does every hour. */
  sweep(): Promise<SweepAnswer>;
  /** Sends the Monday mail of the tenant now. */
  mail(): Promise<SentMail>;
  /** Reads all objects of the tenant, page by page. */
  objects(): Promise<readonly DirectoryObject[]>;
};

type Page = { readonly value: readonly DirectoryObject[]; readonly nextLink?: string };

/** Returns a client for a tenant of the service at a URL. */
export function createClient(serviceUrl: string, tenantId: string): Client {
  const url = `${serviceUrl}/api/tenants/${tenantId}`;
  return {
    async register(file) {
      return (await request('PUT', url, { expected: 201, body: await readSample(file) })) as RegisteredTenant;
    },
    async export(file) {
      const body = await readSample(file);
      const { operations } = JSON.parse(body) as { operations: readonly SampleOperation[] };
      const answer = (await request('POST', `${url}/exports`, { expected: 200, body })) as ExportAnswer;
      return { ...answer, operations };
    },
    async sweep() {
      return (await request('POST', `${url}/sweep`, { expected: 200 })) as SweepAnswer;
    },
    async mail() {
      return (await request('POST', `${url}/mail`, { expected: 200 })) as SentMail;
    },
    async objects() {
      const objects: DirectoryObject[] = [];
      let next: string | undefined = `${url}/objects`;
      while (next !== undefined) {
        const page = (await request('GET', next, { expected: 200 })) as Page;
        objects.push(...page.value);
        next = page.nextLink;
      }
      return objects;
    },
  };
}

function readSample(file: string): Promise<string> {
  return readFile(join(projectRoot, 'samples', file), 'utf8');
}

async function request(
  method: string,
  url: string,
  { expected, body }: { readonly expected: number; readonly body?: string },
): Promise<unknown> {
  const response = await send(method, url, body);
  const text = await response.text();
  const answered = `Cannot continue the demo: ${method} ${url} answered ${response.status}`;
  if (response.status !== expected) throw new Error(`${answered}, not ${expected}: ${detailOf(text)}`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${answered} without JSON: ${text}`, { cause: error });
  }
}

/** Returns the detail of a problem document, or the whole text of any other answer. */
function detailOf(text: string): string {
  try {
    return (JSON.parse(text) as { detail?: string }).detail ?? text;
  } catch {
    return text;
  }
}

async function send(method: string, url: string, body: string | undefined): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' };
  try {
    return await fetch(url, { method, ...(body === undefined ? {} : { headers, body }) });
  } catch (error) {
    const { cause, message } = error as Error;
    throw new Error(
      `Cannot continue the demo: ${method} ${url} got no answer: ${cause instanceof Error ? cause.message : message}`,
      {
        cause: error,
      },
    );
  }
}
