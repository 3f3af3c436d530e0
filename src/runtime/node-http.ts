/**
 * Node's HTTP for files that make or answer requests. An `import` of node:http would run all getters of that module, and
 * the one of `WebSocket` loads a client that the program does not need: 16 to 40 ms of each start, once for each thread.
 */
export const { Agent, createServer, request, STATUS_CODES, validateHeaderName, validateHeaderValue } =
  process.getBuiltinModule('node:http');
