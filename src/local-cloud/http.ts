/**
 * What the local cloud takes of node:http. An import would run all getters of that module, and the one of `WebSocket`
 * loads a client that nobody here wants: 16 ms of each start.
 */
export const { Agent, createServer, request, validateHeaderName, validateHeaderValue } =
  process.getBuiltinModule('node:http');
