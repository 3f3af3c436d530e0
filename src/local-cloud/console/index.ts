import { randomBytes } from 'node:crypto';
import { once as eventOf } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from '../../runtime/lazy.ts';
import { createServer } from '../../runtime/node-http.ts';
import type { ConsoleDeps } from './section.ts';

export interface ConsoleOptions {
  /** 0 takes a free port. */
  port: number;
  /** Whether any free port will do while another program has `port`. */
  orFreePort?: boolean | undefined;
}

export interface ConsoleService {
  port: number;
  /** Its URL with the token that opens it: a secret of this run. */
  address: string;
  stop(): Promise<void>;
}

/** The console changes and shows everything, so that it listens for this machine alone. */
const HOST = '127.0.0.1';

/**
 * Opens the port of the console: pages that show what the services of the local cloud hold. The modules of the pages are
 * loaded by the first request.
 */
export async function startConsole(deps: ConsoleDeps, options: ConsoleOptions): Promise<ConsoleService> {
  const server = createServer();
  await listen(server, options.port).catch((error: unknown) => {
    if (!options.orFreePort || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return listen(server, 0);
  });
  const { port } = server.address() as AddressInfo;
  const token = randomBytes(24).toString('base64url');
  const pages = once(async () => {
    const { createPages } = await import('./server.ts');
    return createPages(deps, { token, port });
  });
  server.on('request', (request, response) => {
    // A module that cannot be loaded ends the request, never the thread with the user's data in it.
    pages().then(
      (answer) => answer(request, response),
      () => response.destroy(),
    );
  });
  return {
    port,
    address: `http://${HOST}:${port}/?token=${token}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await eventOf(server, 'close');
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, HOST);
  await eventOf(server, 'listening');
}
