/** The options of the local cloud. All of them can be sent to a worker thread. */
export interface LocalCloudOptions {
  /** The folder of its files, for one process at a time. */
  dataDir: string;
  projectId: string;
  /** Location of the task queues. */
  location: string;
  /** One or several, created when absent. */
  bucket: string | string[];
  host?: string;
  /** Hosts, besides this machine's own names, by which programs and pages may call the ports. */
  allowHosts?: string[];
  /** 0 or absent takes a free port. */
  ports?: { datastore?: number; storage?: number; tasks?: number; identity?: number };
  /** Whether the issuer takes a free port while another program has its own. Without it the start fails then. */
  identityOrFreePort?: boolean | undefined;
  /** The port of the console, and whether a free one will do while another program has it. Without it there is none. */
  console?: { port: number; orFreePort?: boolean | undefined } | undefined;
  /** The texts of index.yaml, queue.yaml and cron.yaml. */
  files: { indexes: string; queues: string; cron: string };
  /** Share of fresh writes that non-ancestor queries see at once, 0 to 1. */
  consistency?: number | undefined;
  /** How Datastore's transactions meet: the first commit wins, or readers wait for writers; `optimistic` without it. */
  concurrency?: 'optimistic' | 'pessimistic';
  /**
   * Commits per second that one entity group takes; without it as many as come. On the legacy engine this is about 1.
   * Further ones wait, in real time even where the clock stands, and are ABORTED when five wait already.
   */
  groupRate?: number | undefined;
  /** Milliseconds since the Unix epoch at which a clock stands that only `advance` moves; the real time without it. */
  standingClock?: number | undefined;
  /** Base URL of the application, if it is known at the start. */
  app?: string | undefined;
  /** Proves the calls of Tasks and cron to the application; a random one without it. */
  secret?: string | undefined;
}

/** Where the services listen, and what proves their calls. */
export interface LocalEndpoints {
  /** `host:port` of Datastore v1, gRPC. */
  datastore: string;
  /** URL of Cloud Storage's JSON API. */
  storage: string;
  /** `host:port` of Cloud Tasks v2, gRPC. */
  tasks: string;
  /** URL of the OpenID Connect issuer. */
  issuer: string;
  /** Value of `X-Local-Cloud-Secret` in every call that Tasks and cron make to the app. */
  secret: string;
  /** The key file of the service account whose signed URLs Storage takes. */
  keyFile: string;
  /** URL of the console with the token that opens it; a secret of this run. */
  console?: string | undefined;
}
