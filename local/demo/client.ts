import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../project-root.ts';
import type { DirectoryObject, ExportAnswer, MailAnswer, SweepAnswer, Tenant } from './directory-object.ts';

/** An operation as a sample file has it. A delete names only the source anchor. */
export type Operation = { readonly sourceAnchor: string; readonly objectType?: string; readonly displayName?: string };

/** An export as it was sent, and what was answered: a result for each operation. */
export type SentExport = ExportAnswer & { readonly operations: readonly Operation[] };

/** A sync client: the requests of the demo to one tenant. Each rejects with a message for people where the answer is not the expected one. */
export type Client = {
  /** Registers the tenant with a file of `samples/`. */
  register(file: string): Promise<Tenant>;
  /** Sends a file of `samples/` as an export. */
  export(file: string): Promise<SentExport>;
  /** Sweeps the tenant now, as the timer does every hour. */
  sweep(): Promise<SweepAnswer>;
  /** Has the mail of the tenant sent now, as it is sent on Mondays. */
  mail(): Promise<MailAnswer>;
  /** Reads all objects of the tenant, page by page. */
  objects(): Promise<readonly DirectoryObject[]>;
};

type Page = { readonly value: readonly DirectoryObject[]; readonly nextLink?: string };

/** Makes a client for a tenant of the service at a URL. */
export function createClient(serviceUrl: string, tenantId: string): Client {
  const url = `${serviceUrl}/api/tenants/${tenantId}`;
  return {
    async register(file) {
      return (await request('PUT', url, { expected: 201, body: await readSample(file) })) as Tenant;
    },
    async export(file) {
      const body = await readSample(file);
      const { operations } = JSON.parse(body) as { operations: readonly Operation[] };
      const answer = (await request('POST', `${url}/exports`, { expected: 200, body })) as ExportAnswer;
      return { ...answer, operations };
    },
    async sweep() {
      return (await request('POST', `${url}/sweep`, { expected: 200 })) as SweepAnswer;
    },
    async mail() {
      return (await request('POST', `${url}/mail`, { expected: 200 })) as MailAnswer;
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
  const answered = `Cannot go on: ${method} ${url} answered ${response.status}`;
  if (response.status !== expected) throw new Error(`${answered}, not ${expected}: ${detailOf(text)}`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${answered} without JSON: ${text}`, { cause: error });
  }
}

/** What a problem document says for people, or the whole text where it is none. */
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
      `Cannot go on: ${method} ${url} got no answer: ${cause instanceof Error ? cause.message : message}`,
      {
        cause: error,
      },
    );
  }
}
