import type { Plugin } from 'rolldown';
import { messagesOf } from './messages-of.ts';

/** A change to one file of a package, in the bundle alone. */
interface Change {
  /** End of its path. */
  file: string;
  /** Each text, which stands once in the file, and what replaces it. No line is added or removed. */
  replace: [text: string, by: string][];
}

/**
 * What Google's packages compute when they are loaded, although the program never reads it. In the bundle it is computed
 * when it is read. A version of a package without these texts fails the build.
 */
const CHANGES: Change[] = [
  {
    // Descriptors of all messages. They serve servers that describe themselves (gRPC reflection).
    file: '@grpc/proto-loader/build/src/index.js',
    replace: [
      [
        'const descriptor = require("protobufjs/ext/descriptor");',
        'const descriptor = { get FileDescriptorProto() { return require("protobufjs/ext/descriptor").FileDescriptorProto; }, get FileDescriptorSet() { return require("protobufjs/ext/descriptor").FileDescriptorSet; } };',
      ],
      [
        "    const descriptorList = root.toDescriptor('proto3').file;",
        '    let buffers; const bufferList = () => (buffers ??= (descriptor.FileDescriptorProto,',
      ],
      [
        '    const bufferList = descriptorList.map(value => Buffer.from(descriptor.FileDescriptorProto.encode(value).finish()));',
        "        root.toDescriptor('proto3').file.map(value => Buffer.from(descriptor.FileDescriptorProto.encode(value).finish()))));",
      ],
      [
        "    const messageDescriptor = message.toDescriptor('proto3');",
        "    const describe = () => { void descriptor.FileDescriptorProto; const described = message.toDescriptor('proto3'); return described.$type.toObject(described, descriptorOptions); };",
      ],
      [
        '        type: messageDescriptor.$type.toObject(messageDescriptor, descriptorOptions),',
        '        get type() { return describe(); },',
      ],
      [
        `        fileDescriptorProtos: fileDescriptors,
        serialize`,
        `        get fileDescriptorProtos() { return fileDescriptors(); },
        serialize`,
      ],
      [
        "    const enumDescriptor = enumType.toDescriptor('proto3');",
        "    const describe = () => { void descriptor.FileDescriptorProto; const described = enumType.toDescriptor('proto3'); return described.$type.toObject(described, descriptorOptions); };",
      ],
      [
        '        type: enumDescriptor.$type.toObject(enumDescriptor, descriptorOptions),',
        '        get type() { return describe(); },',
      ],
      [
        `        fileDescriptorProtos: fileDescriptors,
    };`,
        `        get fileDescriptorProtos() { return fileDescriptors(); },
    };`,
      ],
    ],
  },
  {
    // Parses a .proto file, for keys in a form that App Engine's first generation used.
    file: '@google-cloud/datastore/build/src/index.js',
    replace: [
      [
        'const urlSafeKey = new entity_1.entity.URLSafeKey();',
        'let safeKey; const urlSafeKey = () => (safeKey ??= new entity_1.entity.URLSafeKey());',
      ],
      ['urlSafeKey.legacyEncode(', 'urlSafeKey().legacyEncode('],
      ['urlSafeKey.legacyDecode(', 'urlSafeKey().legacyDecode('],
    ],
  },
  {
    // For the statistics of explained queries.
    file: '@google-cloud/datastore/build/src/request.js',
    replace: [
      ["const root = gax.protobuf.loadSync('google/protobuf/struct.proto');", ''],
      [
        "const Struct = root.lookupType('Struct');",
        "let struct; const Struct = { fromObject: (value) => (struct ??= gax.protobuf.loadSync('google/protobuf/struct.proto').lookupType('Struct')).fromObject(value) };",
      ],
    ],
  },
  {
    // Generated classes. The clients make their messages from the JSON of the same definitions.
    file: '@google-cloud/datastore-api/build/src/index.js',
    replace: [
      ['exports.protos = exports.DatastoreClient', 'exports.DatastoreClient'],
      ['const protos = require("../protos/protos");', ''],
      [
        'exports.protos = protos;',
        'Object.defineProperty(exports, "protos", { enumerable: true, get: () => require("../protos/protos") });',
      ],
    ],
  },
  {
    file: '@google-cloud/datastore/build/src/protos.js',
    replace: [
      ['exports.google = exports.protos = void 0;', ''],
      [
        'var google = datastore_api_1.protos.google;',
        'Object.defineProperty(exports, "google", { enumerable: true, get: () => datastore_api_1.protos.google });',
      ],
      ['exports.google = google;', ''],
    ],
  },
  {
    file: '@google-cloud/datastore/build/src/utils/entity/buildPropertyTransforms.js',
    replace: [
      ['var ServerValue = protos_1.google.datastore.v1.PropertyTransform.ServerValue;', ''],
      ['ServerValue.REQUEST_TIME', 'protos_1.google.datastore.v1.PropertyTransform.ServerValue.REQUEST_TIME'],
    ],
  },
  {
    // Tables of all entities of HTML. The Storage client decodes messages of errors by them.
    file: 'html-entities/dist/esm/named-references.js',
    replace: [
      [
        'function generateNamedReferences(input, prev) {',
        'function generateNamedReferences(input, prev) { let made; const table = () => (made ??= makeNamedReferences(input, prev)); return { get entities() { return table().entities; }, get characters() { return table().characters; } }; } function makeNamedReferences(input, prev) {',
      ],
    ],
  },
  {
    file: 'google-gax/build/src/longRunningCalls/longrunning.js',
    replace: [
      ['const operationProtos = __importStar(require("../../protos/operations"));', ''],
      [
        'new operationProtos.google.longrunning.CancelOperationRequest()',
        'new (require("../../protos/operations").google.longrunning.CancelOperationRequest)()',
      ],
      [
        'new operationProtos.google.longrunning.GetOperationRequest()',
        'new (require("../../protos/operations").google.longrunning.GetOperationRequest)()',
      ],
    ],
  },
  ...['index.js', 'fallback.js'].map((name) => ({
    file: `google-gax/build/src/${name}`,
    replace: [
      ['exports.LocationProtos = exports.IamProtos = exports.operationsProtos = ', ''],
      ['const IamProtos = __importStar(require("../protos/iam_service"));', ''],
      [
        'exports.IamProtos = IamProtos;',
        'Object.defineProperty(exports, "IamProtos", { enumerable: true, get: () => __importStar(require("../protos/iam_service")) });',
      ],
      ['const LocationProtos = __importStar(require("../protos/locations"));', ''],
      [
        'exports.LocationProtos = LocationProtos;',
        'Object.defineProperty(exports, "LocationProtos", { enumerable: true, get: () => __importStar(require("../protos/locations")) });',
      ],
      ['const operationsProtos = __importStar(require("../protos/operations"));', ''],
      [
        'exports.operationsProtos = operationsProtos;',
        'Object.defineProperty(exports, "operationsProtos", { enumerable: true, get: () => __importStar(require("../protos/operations")) });',
      ],
    ] satisfies Change['replace'],
  })),
];

/** Definitions of all that Google calls Datastore, with its administration, and the one service whose messages are sent. */
const DATASTORE = {
  file: '@google-cloud/datastore-api/build/protos/protos.json',
  service: 'google.datastore.v1.Datastore',
};

/** Applies the changes to the packages of the bundle. */
export const leanPackages: Plugin = {
  name: 'lean-packages',
  buildEnd(error) {
    const missing = CHANGES.filter((change) => !applied.has(change));
    if (!error && missing.length > 0) {
      throw new Error(
        `The bundle has no ${missing.map(({ file }) => file).join(', ')}. Adapt deploy/lean-packages.ts.`,
      );
    }
  },
  transform: {
    filter: { id: /\/node_modules\// },
    handler(code, id) {
      if (id.endsWith(`/node_modules/${DATASTORE.file}`)) {
        return { code: JSON.stringify(messagesOf(JSON.parse(code), DATASTORE.service)), map: null };
      }
      const change = CHANGES.find(({ file }) => id.endsWith(`/node_modules/${file}`));
      return change && { code: changed(code, change), map: null };
    },
  },
};

const applied = new Set<Change>();

/** @throws Error if the package has other texts than its change expects */
function changed(code: string, change: Change): string {
  applied.add(change);
  const { file, replace } = change;
  let text = code;
  for (const [from, to] of replace) {
    if (text.split(from).length !== 2) {
      throw new Error(`${file} does not have "${from}" once. Read its new version, and adapt deploy/lean-packages.ts.`);
    }
    text = text.replace(from, () => to);
  }
  return text;
}
