import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startTasksWorld } from './tasks-world.ts';

test('a kept connection that the application closes when it is used again costs no try', async () => {
  const sockets = new Set<Socket>();
  let answered = 0;
  // Answers the first request of a connection and breaks it off at the second.
  const server = createServer((socket) => {
    sockets.add(socket);
    let requests = 0;
    socket.on('data', () => {
      if (++requests > 1) return void socket.resetAndDestroy();
      answered++;
      return void socket.write('HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const world = await startTasksWorld({ app: () => url });
  await world.create('/first');
  await world.service.drain();
  await world.create('/second');
  await world.service.drain();
  expect(answered).toBe(2);
  expect(sockets.size).toBe(2);
  expect((await world.client.listTasks({ parent: world.queue() }))[0]).toEqual([]);
});
