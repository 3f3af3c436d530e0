import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
} from '@grpc/grpc-js';
import { afterAll } from 'vitest';

const METHODS = ['Lookup', 'RunQuery', 'BeginTransaction', 'Commit', 'Rollback'] as const;

/** A line to Datastore that can lose answers, as a network does: what was asked has been done all the same. */
export interface DatastoreLine {
  /** `host:port` to reach Datastore by this line. */
  endpoint: string;
  /** The answer to the next commit is lost, although the commit goes through. */
  loseCommit(): void;
  /** The same, and from then on no call gets through. */
  breakAtCommit(): void;
  /** From now on no call gets through. */
  cut(): void;
  mend(): void;
}

/** Passes every call on to the Datastore at `target`, byte for byte. Closes after the last test of the file. */
export async function datastoreLine(target: string): Promise<DatastoreLine> {
  const client = new Client(target, credentials.createInsecure());
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  let atCommit: 'answer' | 'lose' | 'break' = 'answer';
  let broken = false;
  const pass = (method: string) => (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
    if (broken) return answer(lostAnswer(method));
    client.makeUnaryRequest(pathOf(method), same, same, call.request, new Metadata(), (error, reply) => {
      if (method !== 'Commit' || atCommit === 'answer') return answer(error, reply);
      broken = atCommit === 'break';
      atCommit = 'answer';
      answer(lostAnswer(method));
    });
  };
  server.addService(
    Object.fromEntries(METHODS.map((method) => [method, definitionOf(method)])),
    Object.fromEntries(METHODS.map((method) => [method, pass(method)])),
  );
  const port = await new Promise<number>((resolve, reject) => {
    const insecure = ServerCredentials.createInsecure();
    server.bindAsync('127.0.0.1:0', insecure, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  afterAll(() => {
    server.forceShutdown();
    client.close();
  });
  return {
    endpoint: `127.0.0.1:${port}`,
    loseCommit: () => void (atCommit = 'lose'),
    breakAtCommit: () => void (atCommit = 'break'),
    cut: () => void (broken = true),
    mend: () => void (broken = false),
  };
}

const same = (bytes: Buffer) => bytes;
const pathOf = (method: string) => `/google.datastore.v1.Datastore/${method}`;

const definitionOf = (method: string) => ({
  path: pathOf(method),
  requestStream: false,
  responseStream: false,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
});

/** INTERNAL is what a stream that breaks becomes; UNAVAILABLE would have Google's client try lookups for ten minutes. */
const lostAnswer = (method: string) => ({ code: status.INTERNAL, details: `The answer to ${method} was lost.` });
