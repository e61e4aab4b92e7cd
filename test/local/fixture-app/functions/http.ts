/** HTTP functions that return their requests, or send responses of every kind. */
import { setTimeout as sleep } from 'node:timers/promises';
import { app } from '@azure/functions';
import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';

async function echo(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const bytes = Buffer.from(await request.arrayBuffer());
  context.log(`echo was called with ${bytes.length} bytes`);
  return {
    jsonBody: {
      function: context.functionName,
      method: request.method,
      url: request.url,
      params: request.params,
      query: Object.fromEntries(request.query),
      values: request.query.getAll('value'),
      header: request.headers.get('x-fixture'),
      body: bytes.toString('base64'),
    },
  };
}

app.http('byName', { handler: echo });
app.put('putThing', { route: 'things/{id}', handler: echo });
app.get('getThing', { route: 'things/{id}', handler: echo });
app.get('specialThing', { route: 'things/special', handler: echo });
app.get('numbered', { route: 'numbered/{id:int}', handler: echo });
app.get('optional', { route: 'optional/{id?}', handler: echo });
app.get('rest', { route: 'rest/{*rest}', handler: echo });
app.http('secret', { authLevel: 'function', handler: echo });
app.http('topSecret', { authLevel: 'admin', handler: echo });

app.get('cookies', () => ({
  status: 201,
  headers: { 'x-answer': '42' },
  cookies: [
    { name: 'plain', value: 'a b' },
    { name: 'full', value: '1', path: '/x', maxAge: 60, secure: true, httpOnly: true, sameSite: 'None' },
  ],
  body: 'with cookies',
}));
app.get('bytes', () => ({ body: new Uint8Array([0, 1, 254, 255]) }));
app.get('streamed', () => ({ body: new Blob(['first ', 'second']).stream() as never }));
app.get('native', () => new Response('native', { status: 202 }));
app.get('nothing', () => undefined as never);
app.get('text', () => 'just text' as never);
app.get('throws', () => {
  throw new Error('thrown on purpose');
});
app.get('warns', (_, context) => {
  context.warn('careful');
  return {};
});
app.get('tells', (_, context) => {
  context.log('disturb');
  context.error('it is s3cret');
  return {};
});
app.get('greeting', () => ({ jsonBody: { greeting: process.env.GREETING, folder: process.cwd() } }));
app.get('slow', async (_, context) => {
  context.log('begins');
  await sleep(700);
  return { body: 'slow, but answered' };
});
app.get('dies', () => {
  void Promise.reject(new Error('rejected on purpose'));
  return {};
});
