import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The server for messages, and a command that starts it on another port. */
type Listener = { readonly name: string; readonly onPort: (port: number) => string };

/**
 * Lets a server listen on this machine only, and returns its port. 0 means any free port.
 *
 * If the port is in use, rejects with a message that names the port and another one.
 */
export async function listen(server: Server, port: number, { name, onPort }: Listener): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const message = `Cannot start ${name}: port ${port} is in use. Choose another one: ${onPort(port)}`;
      reject(error.code === 'EADDRINUSE' ? new Error(message, { cause: error }) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}
