/**
 * The endpoint from which an app on Azure Functions gets the tokens of its identity.
 *
 * https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';

export type IdentityEndpoint = {
  /** What an app needs to find it. */
  readonly environment: { readonly IDENTITY_ENDPOINT: string; readonly IDENTITY_HEADER: string };
  /** The tokens requested, in order. */
  readonly asked: { readonly resource: string; readonly clientId: string | null }[];
  /** From now on, answers that there is no such identity. */
  refuse(): void;
  stop(): Promise<void>;
};

/** Starts the endpoint. It gives tokens for any resource to whoever knows its header, as the platform does. */
export async function startIdentityEndpoint(): Promise<IdentityEndpoint> {
  const secret = randomUUID();
  const asked: { resource: string; clientId: string | null }[] = [];
  let refuses = false;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
    const resource = query.get('resource') ?? '';
    asked.push({ resource, clientId: query.get('client_id') });
    const isAllowed = request.headers['x-identity-header'] === secret && query.get('api-version') === '2019-08-01';
    const status = refuses || !isAllowed ? 400 : 200;
    const body = status === 200 ? await tokenFor(resource) : { statusCode: 400, message: 'No User Assigned Identity' };
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    environment: { IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`, IDENTITY_HEADER: secret },
    asked,
    refuse: () => {
      refuses = true;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function tokenFor(resource: string): Promise<object> {
  const expiresAt = Math.floor(Date.now() / 1000) + 3_600;
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('https://sts.windows.net/ab1f708d-50f6-404c-a006-d71b2ac7a606/')
    .setAudience(resource)
    .setIssuedAt()
    .setNotBefore('-1 minute')
    .setExpirationTime(expiresAt)
    .sign(new TextEncoder().encode('the storage emulator does not check who signed'));
  return { access_token: token, expires_on: String(expiresAt), resource, token_type: 'Bearer' };
}
