import { readFile } from 'node:fs/promises';
import { Session, type Profiler } from 'node:inspector/promises';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'vitest/node';
import { createApp } from '../../src/app/app.ts';
import { readConfig } from '../../src/app/config.ts';
import { UploadReply } from '../../src/features/photos/schemas.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { createLog } from '../../src/runtime/log.ts';
import { loadKeys } from '../../src/signing/keys.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { signUp } from '../support/test-user.ts';
import type { Figure } from './figure.ts';
import { startCloud } from './local-cloud.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** How much code one upload runs through: files of the app, and callbacks by which control returns to the photos feature. */
export async function measureUploadPath(scope: AsyncDisposableStack): Promise<Figure[]> {
  const { files, ofRead } = await filesOfOneUpload(scope);
  const callbacks: string[] = [];
  for (const [file, ends] of files) {
    if (file.startsWith('features/photos/')) callbacks.push(...(await callbacksIn(file, ends)));
  }
  return [
    {
      name: 'upload-files',
      what: `files of the app that run in one upload, by V8's coverage: ${byFolder([...files.keys()])}`,
      value: files.size,
      unit: 'files',
      reference: { what: 'a read of that photo', value: ofRead.size },
    },
    {
      name: 'upload-callbacks',
      what: `functions of the photos feature that an upload hands to other files: ${callbacks.join(', ')}`,
      value: callbacks.length,
      unit: 'callbacks',
      reference: { what: 'limit', value: 3 },
      aim: { is: 'at most', ratio: 1 },
    },
  ];
}

/** By file below `src`, where the functions end that an upload runs: offsets in the source, which Node keeps. */
type Ran = Map<string, Set<number>>;

const SRC = join(import.meta.dirname, '../../src');

/** How many of the files lie in each folder of `src`. */
function byFolder(files: string[]): string {
  const folders = Map.groupBy(files, (file) => file.split('/')[0] ?? '');
  return Array.from(folders, ([folder, { length }]) => `${folder} ${length}`)
    .toSorted()
    .join(', ');
}

/**
 * The files of the app that one upload runs through, from its head to its reply, and those of a read of its photo. A first
 * upload has loaded them.
 */
async function filesOfOneUpload(scope: AsyncDisposableStack): Promise<{ files: Ran; ofRead: Ran }> {
  const dataDir = await temporaryFolder(scope);
  const config = readConfig({ DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent', RATE_LIMITS: 'off' });
  const { cloud, projectId: _project, location: _location, ...clients } = await startCloud(dataDir);
  scope.defer(() => cloud.stop());
  const log = createLog({ level: config.logLevel });
  const signingKeys = await loadKeys(clients);
  const app = createApp({ config, clock: systemClock, log, clients, signingKeys, local: cloud.endpoints });
  const server = app.listen(0, '127.0.0.1');
  scope.defer(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const user = await signUp(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'ana');
  await user.upload(await picture({ takenAt: '2019-07-01T10:00:00' })).expect(201);

  const bytes = await picture({ takenAt: '2020-07-01T10:00:00' });
  using session = inspecting();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const reply = await user.upload(bytes, { fields: { caption: 'At the lake' } }).expect(201);
  const files = await filesSince(session);
  await user.get(`/v1/photos/${checked(UploadReply, reply.body).photo.id}`).expect(200);
  return { files, ofRead: await filesSince(session) };
}

/** What ran since the last call: taking the coverage sets its counts back. */
async function filesSince(session: Session): Promise<Ran> {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  return new Map(result.map(ranIn).filter(([file, ends]) => isOfApp(file) && ends.size > 0));
}

function inspecting(): Session & Disposable {
  const session = new Session();
  session.connect();
  return Object.assign(session, { [Symbol.dispose]: () => session.disconnect() });
}

function ranIn({ url, functions }: Profiler.ScriptCoverage): [file: string, ends: Set<number>] {
  const file = url.startsWith('file:') ? relative(SRC, fileURLToPath(url)) : '..';
  const ran = functions.flatMap(({ ranges: [whole] }) => (whole && whole.count > 0 ? [whole.endOffset] : []));
  return [file, new Set(ran)];
}

const isOfApp = (file: string) => !file.startsWith('..') && !file.startsWith('local-cloud/');

type Node = { type: string; start: number; end: number } & Record<string, unknown>;

/** The functions written in the arguments of a call, or named there, that ran. Methods of arrays and the like do not count. */
async function callbacksIn(file: string, ends: Set<number>): Promise<string[]> {
  const source = await readFile(join(SRC, file), 'utf8');
  const program = parseAst(source, { lang: 'ts' }) as unknown as Node;
  const nodes = [...below(program)];
  const named = new Map(nodes.filter(isNamed).map((node) => [nameOf(node), node]));
  const calls = nodes.filter(({ type, callee }) => type === 'CallExpression' && !isBuiltIn(callee as Node));
  return calls.flatMap((call) =>
    (call['arguments'] as Node[])
      .flatMap(handedOver)
      .map((value) => (value.type === 'Identifier' ? (named.get(value['name'] as string) ?? value) : value))
      .filter(({ type, end }) => /Function/.test(type) && ends.has(end))
      .map(({ start }) => `${file}:${source.slice(0, start).split('\n').length}`),
  );
}

function* below(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node).flat()) {
    if (isNode(value)) yield* below(value);
  }
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

const isNamed = ({ type }: Node) => type === 'FunctionDeclaration';

const nameOf = ({ id }: Node) => (id as Node)['name'] as string;

/** The argument itself, or all that an object holds. */
const handedOver = (argument: Node): Node[] =>
  argument.type === 'ObjectExpression'
    ? (argument['properties'] as Node[]).flatMap(({ value }) => (isNode(value) ? handedOver(value) : []))
    : [argument];

/** Methods of the language run a function at once: reading goes on in the same place. */
function isBuiltIn(callee: Node): boolean {
  if (callee.type !== 'MemberExpression') return false;
  const { name } = callee['property'] as { name: string };
  return [Array, Map, Set, String, Promise].some(({ prototype }) => name in prototype);
}
