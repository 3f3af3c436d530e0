import type { Definitions } from '../definitions.ts';
import type { KnownHosts } from '../known-hosts.ts';
import { serveGrpc, type GrpcService, type Rpc } from '../grpc.ts';
import { refuseOtherProject } from '../own-project.ts';
import type { CallLog } from '../trace/call-log.ts';
import type { Committed } from './commit/commit.ts';
import { toTimestamp } from './encoding/values.ts';
import type { Engine } from './engine.ts';
import type {
  BeginTransactionRequest,
  CommitRequest,
  KeysRequest,
  LookupRequest,
  Request,
  RollbackRequest,
  RunAggregationQueryRequest,
  RunQueryRequest,
  Value,
} from './protocol.ts';
import { noteAggregation, noteLookup, noteMutations, noteQuery } from './note-facts.ts';
import type { ReadView } from './transactions/read-view.ts';
import { MessageWriter } from './wire/message-writer.ts';
import { lookupReply, queryReply } from './wire/replies.ts';

interface ServerOptions {
  host: string;
  port: number;
  projectId?: string;
  calls: CallLog;
  knownHosts?: KnownHosts;
}

/** Serves google.datastore.v1.Datastore. */
export function serveDatastore(
  engine: Engine,
  definitions: Definitions,
  { projectId, calls, ...listening }: ServerOptions,
): Promise<GrpcService> {
  const { codec, commits } = engine.disk;
  const out = new MessageWriter();
  const rpcs: Record<string, Rpc> = {
    Lookup: (request: LookupRequest, facts) => {
      const { view, findings } = engine.lookup(request);
      noteLookup(facts, findings);
      return () => lookupReply(out, codec, view, findings, request.propertyMask);
    },
    RunQuery: (request: RunQueryRequest, facts) => {
      const { view, batch } = engine.runQuery(request);
      noteQuery(facts, request.query, batch);
      return () => queryReply(out, codec, view, batch, request.propertyMask);
    },
    RunAggregationQuery: (request: RunAggregationQueryRequest, facts) => {
      const { view, results, ...counted } = engine.runAggregation(request);
      noteAggregation(facts, request.aggregationQuery?.nestedQuery, counted);
      return aggregationReply(view, results);
    },
    BeginTransaction: (request: BeginTransactionRequest) => ({ transaction: engine.beginTransaction(request) }),
    Commit: async (request: CommitRequest, facts) => {
      noteMutations(facts, request.mutations);
      const committed = await engine.commit(request);
      facts.indexEntries = committed.indexUpdates;
      return commitReply(committed);
    },
    Rollback: (request: RollbackRequest) => (engine.rollback(request), {}),
    AllocateIds: (request: KeysRequest) => ({ keys: engine.allocateIds(request) }),
    ReserveIds: (request: KeysRequest) => (engine.reserveIds(request), {}),
  };
  return serveGrpc({
    definitions,
    service: 'google.datastore.v1.Datastore',
    rpcs: Object.fromEntries(
      Object.entries(rpcs).map(([name, rpc]) => {
        const durable = whenDurable(rpc, () => commits.durable());
        return [name, ofProject(projectId, durable)];
      }),
    ),
    calls: { log: calls, of: 'datastore' },
    ...listening,
  });
}

function ofProject(own: string | undefined, rpc: Rpc): Rpc {
  return (request: Request, facts) => {
    refuseOtherProject(own, request.projectId ?? '');
    return rpc(request as never, facts);
  };
}

/** A reply is sent only when the writes that it reports are on disk. */
function whenDurable(rpc: Rpc, durable: () => Promise<void> | undefined): Rpc {
  return async (request, facts) => {
    const reply = await rpc(request, facts);
    await durable();
    return reply;
  };
}

function aggregationReply({ at, begun }: ReadView, results: Record<string, Value>) {
  const batch = {
    aggregationResults: [{ aggregateProperties: results }],
    moreResults: 'NO_MORE_RESULTS',
    readTime: toTimestamp(at),
  };
  return { batch, ...(begun && { transaction: begun }) };
}

function commitReply({ outcomes, version, indexUpdates, isTransactional }: Committed) {
  return {
    mutationResults: outcomes.map(({ change, draft, conflict, transforms }) => {
      const current = conflict ? draft.before?.stored.version : version;
      return {
        ...(change.allocated && { key: change.key }),
        version: current ?? version,
        ...(draft.entity &&
          current !== undefined && {
            updateTime: toTimestamp(current),
            createTime: toTimestamp(draft.before?.stored.created ?? version),
          }),
        conflictDetected: conflict,
        transformResults: transforms,
      };
    }),
    indexUpdates,
    // The client takes a commit time for the mark of a transaction.
    ...(isTransactional && { commitTime: toTimestamp(version) }),
  };
}
