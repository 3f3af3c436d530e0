/**
 * A copy of the OpenAPI document that says exactly what this version sends: without the alternatives that stand for later
 * versions, and with the codes of problems that each status of an operation may have.
 */
export function closedDocument<Document extends object>(document: Document): Document {
  return closed(structuredClone(document)) as Document;
}

function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  return withItsCodes(withoutOthers(copy));
}

/** `anyOf` of what is known, and of any string or object beside it. */
function withoutOthers(node: Record<string, unknown>): Record<string, unknown> {
  const { anyOf, ...rest } = node as { anyOf?: Record<string, unknown>[] };
  const [known, others] = anyOf ?? [];
  if (!known || !others || !(known['enum'] ?? known['oneOf'])) return node;
  const isOpen = Object.keys(others).join() === 'type' || others['title'] === 'OtherChange';
  return isOpen ? { ...rest, ...known } : node;
}

function withItsCodes(node: Record<string, unknown>): Record<string, unknown> {
  const { schema, examples } = node as { schema?: { $ref?: string }; examples?: object };
  if (schema?.$ref !== '#/components/schemas/Problem' || !examples) return node;
  return { ...node, schema: { allOf: [schema, { properties: { code: { enum: Object.keys(examples) } } }] } };
}
