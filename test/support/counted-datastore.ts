import { protos } from '@google-cloud/datastore-api';
import { datastoreProxy, type DatastoreMethod as Method } from './grpc-proxy.ts';

const { CommitRequest, EntityResult, LookupRequest, RunQueryResponse } = protos.google.datastore.v1;

/** What was asked of Datastore, and how Google counts it (docs/platform.md#what-an-operation-is). */
export interface Cost {
  /** In the order of their answers. */
  calls: Method[];
  reads: number;
  writes: number;
  deletes: number;
}

/** A line to Datastore that notes what passes. */
export interface CountedDatastore {
  /** `host:port` to reach Datastore by this line. */
  endpoint: string;
  /** What passed since the last question. */
  taken(): Cost;
}

/** Passes every call on to the Datastore at `target`, and counts. */
export async function countedDatastore(target: string): Promise<CountedDatastore> {
  let cost = nothing();
  const endpoint = await datastoreProxy(target, async (method, request, forward) => {
    const reply = await forward();
    cost.calls.push(method);
    count(cost, method, request, reply);
    return reply;
  });
  return {
    endpoint,
    taken() {
      const taken = cost;
      cost = nothing();
      return taken;
    },
  };
}

const nothing = (): Cost => ({ calls: [], reads: 0, writes: 0, deletes: 0 });

/**
 * A lookup reads each key, whether it is there or not. A query reads what it finds, and one entity at the least. A query of
 * keys or of a projection is one read, whatever it finds.
 */
function count(cost: Cost, method: Method, request: Buffer, reply: Buffer): void {
  if (method === 'Lookup') cost.reads += LookupRequest.decode(request).keys.length;
  if (method === 'RunQuery') cost.reads += readsOf(RunQueryResponse.decode(reply).batch);
  if (method !== 'Commit') return;
  const { mutations } = CommitRequest.decode(request);
  const deletes = mutations.filter((mutation) => mutation.delete).length;
  cost.deletes += deletes;
  cost.writes += mutations.length - deletes;
}

const readsOf = (batch: protos.google.datastore.v1.IQueryResultBatch | null | undefined) =>
  batch?.entityResultType === EntityResult.ResultType.FULL ? Math.max(1, batch.entityResults?.length ?? 0) : 1;
