import { z } from 'zod';

/** Where the definitions of zod's wrappers keep what they wrap. Not of intersections: each half would refuse the other. */
const WRAPPED = ['innerType', 'element', 'valueType', 'in', 'out'] as const;

type Definition = z.ZodType['def'] & Partial<Record<(typeof WRAPPED)[number], z.ZodType>> & { options?: z.ZodType[] };

/**
 * The same schema, but refusing unknown fields in every object, however deep, that does not say itself what it does
 * with them.
 */
export function strict(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodObject) return strictObject(schema);
  const def: Definition = schema.def;
  const changed: Definition = { ...def };
  for (const key of WRAPPED) if (def[key]) changed[key] = strict(def[key]);
  if (schema instanceof z.ZodUnion && def.options) changed.options = def.options.map(strict);
  return schema.clone(changed);
}

function strictObject(schema: z.ZodObject): z.ZodType {
  const fields = Object.entries(schema.shape).map(([name, field]) => [name, strict(field as z.ZodType)]);
  const shape = Object.fromEntries(fields) as z.ZodRawShape;
  return schema.clone({ ...schema.def, shape, catchall: schema.def.catchall ?? z.never() });
}
