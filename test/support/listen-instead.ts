import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Lets a proxy listen instead of the host that a connection string names: how it is reached then, and how it ends. */
export async function listenInstead(
  server: Server,
  { target, host }: { readonly target: string; readonly host: string },
): Promise<{ readonly connectionString: string; readonly stop: () => Promise<void> }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    connectionString: target.replace(host, `127.0.0.1:${port}`),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
