import { DatastoreClient, type Datastore, type Key } from '@google-cloud/datastore';
import { Metadata, type Client, type MethodDefinition } from '@grpc/grpc-js';
import { definedFields } from '../../runtime/defined-fields.ts';
import { isGrpcFault, UNANSWERED } from '../../runtime/grpc-faults.ts';
import { retry } from '../../runtime/retry.ts';
import { keyMessage, queryMessage, type Database, type RawQuery } from './raw-query.ts';
import { readLookupAnswer, readQueryAnswer, type Row } from './decode-responses.ts';

/** A read-only transaction: its first read begins it, so reads in it run one after the other. */
export interface ReadTransaction {
  id?: Buffer;
}

/**
 * Reads past the entity layer of Google's client, on the client's own channel. That layer makes an object of every value,
 * which costs three times as much CPU as taking out the two texts of an entity. Only reads of user requests are raw.
 */
export interface RawReads {
  /** In any order, without those that are missing. At most a thousand keys. */
  lookUp(keys: readonly Key[], tx?: ReadTransaction): Promise<Row[]>;
  /** In the order of the query, up to its limit. */
  query(query: RawQuery, tx?: ReadTransaction): Promise<Row[]>;
}

/** The longest that one attempt may take. */
const ATTEMPT_TIMEOUT_MS = 20_000;
/** Attempts of a read that got no response. The client's own attempts would last ten minutes. */
const MOST_ATTEMPTS = 5;
const NOT_FINISHED = 1;

export function createRawReads(datastore: Datastore): RawReads {
  const { projectId, databaseId } = datastore.options as Database;
  const database = definedFields({ projectId, databaseId });
  const call = caller(datastore, database);

  async function lookUp(keys: readonly Key[], tx?: ReadTransaction): Promise<Row[]> {
    const found: Row[] = [];
    let wanted = keys.map((key) => keyMessage(database, key));
    while (wanted.length > 0) {
      const answer = readLookupAnswer(await call('lookup', { ...database, keys: wanted, ...optionsOf(tx) }));
      begin(tx, answer.transaction);
      found.push(...answer.found);
      wanted = answer.deferred.map((path) => ({ partitionId: database, path }));
    }
    return found;
  }

  async function query(query: RawQuery, tx?: ReadTransaction): Promise<Row[]> {
    const rows: Row[] = [];
    const { limit } = query;
    for (let startCursor: Buffer | undefined; ;) {
      const rest = queryMessage(database, limit === undefined ? query : { ...query, limit: limit - rows.length });
      const asked = { ...database, partitionId: database, query: { ...rest, startCursor }, ...optionsOf(tx) };
      const answer = readQueryAnswer(await call('runQuery', asked));
      begin(tx, answer.transaction);
      rows.push(...answer.rows);
      if (answer.moreResults !== NOT_FINISHED || rows.length === limit) return rows;
      startCursor = answer.endCursor;
    }
  }
  return { lookUp, query };
}

/** Sends a request by the gRPC stub inside Google's client, and returns the bytes of the response. */
function caller(datastore: Datastore, { projectId, databaseId = '' }: Database) {
  const metadata = new Metadata();
  metadata.set('google-cloud-resource-prefix', `projects/${projectId}`);
  metadata.set(
    'x-goog-request-params',
    new URLSearchParams({ project_id: projectId, database_id: databaseId }).toString(),
  );

  async function callOnce(method: 'lookup' | 'runQuery', request: object): Promise<Buffer> {
    const wire = await wireOf(datastore);
    const { path, requestSerialize } = wire[method];
    return new Promise((resolve, reject) => {
      const deadline = Date.now() + ATTEMPT_TIMEOUT_MS;
      wire.makeUnaryRequest(path, requestSerialize, untouched, request, metadata, { deadline }, (error, bytes) =>
        bytes === undefined ? reject(error ?? new Error(`${path} was answered with nothing.`)) : resolve(bytes),
      );
    });
  }

  return (method: 'lookup' | 'runQuery', request: object): Promise<Buffer> =>
    retry(() => callOnce(method, request), {
      attempts: MOST_ATTEMPTS,
      backoffMs: (attempt) => 100 * 1.3 ** attempt,
      isRetryable: (error) => isGrpcFault(error) && UNANSWERED.has(error.code),
    });
}

type ClientOptions = ConstructorParameters<typeof DatastoreClient>[0];
type Wire = Client & Record<'lookup' | 'runQuery', MethodDefinition<object, unknown>>;

/**
 * The gRPC stub inside the client that the Datastore object uses, which makes that client when it first needs it.
 * `clients_` is private, and so is what `initialize` resolves to. Both were read in @google-cloud/datastore 11.1.0;
 * test/data/google-client.test.ts fails when they change.
 */
function wireOf(datastore: Datastore): Promise<Wire> {
  const { clients_: clients } = datastore as unknown as { clients_: Map<string, DatastoreClient> };
  const client = clients.get('DatastoreClient') ?? new DatastoreClient(datastore.options as ClientOptions);
  clients.set('DatastoreClient', client);
  return client.initialize() as Promise<unknown> as Promise<Wire>;
}

const untouched = (bytes: Buffer) => bytes;

const optionsOf = (tx: ReadTransaction | undefined) =>
  tx && { readOptions: tx.id ? { transaction: tx.id } : { newTransaction: { readOnly: {} } } };

function begin(tx: ReadTransaction | undefined, id: Buffer | undefined): void {
  if (tx && !tx.id && id) tx.id = id;
}
