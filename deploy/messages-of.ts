import protobuf from 'protobufjs';

/** Takes from definitions in the JSON of protobufjs what the calls of one service send and receive. */
export function messagesOf(definitions: protobuf.INamespace, service: string): protobuf.INamespace {
  const { methodsArray, fullName } = protobuf.Root.fromJSON(definitions).resolveAll().lookupService(service);
  const used = new Set([fullName]);
  for (const method of methodsArray) {
    for (const message of [method.resolvedRequestType, method.resolvedResponseType]) addTypes(message, used);
  }
  return { ...definitions, nested: onlyUsed(definitions.nested ?? {}, '', used) };
}

/** Adds a type, those of its fields, and so on. */
function addTypes(type: protobuf.Type | protobuf.Enum | null, used: Set<string>): void {
  if (type === null || used.has(type.fullName)) return;
  used.add(type.fullName);
  if (type instanceof protobuf.Enum) return;
  for (const field of type.fieldsArray) addTypes(field.resolvedType, used);
}

type Nested = NonNullable<protobuf.INamespace['nested']>;

/** Keeps what is used, and the namespaces and messages around it. */
function onlyUsed(nested: Nested, path: string, used: Set<string>): Nested {
  const kept = Object.entries(nested).flatMap(([name, definition]) => {
    const fullName = `${path}.${name}`;
    const inner = 'nested' in definition && definition.nested ? onlyUsed(definition.nested, fullName, used) : {};
    const isKept = used.has(fullName) || Object.keys(inner).length > 0;
    return isKept ? [[name, 'nested' in definition ? { ...definition, nested: inner } : definition] as const] : [];
  });
  return Object.fromEntries(kept);
}
