import { z } from 'zod';

/**
 * The same schema, but refusing unknown fields in every object that does not say itself what it does with them: objects
 * in objects, lists, unions and behind optional, nullable or default.
 */
export function strict(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodObject) return strictObject(schema);
  if (schema instanceof z.ZodArray)
    return schema.clone({ ...schema.def, element: strict(schema.element as z.ZodType) });
  if (schema instanceof z.ZodUnion) {
    return schema.clone({ ...schema.def, options: schema.options.map((option) => strict(option as z.ZodType)) });
  }
  if (isWrapper(schema)) {
    return schema.clone({ ...schema.def, innerType: strict(schema.def.innerType as z.ZodType) } as never);
  }
  return schema;
}

function strictObject(schema: z.ZodObject): z.ZodType {
  const fields = Object.entries(schema.shape).map(([name, field]) => [name, strict(field as z.ZodType)]);
  const shape = Object.fromEntries(fields) as z.ZodRawShape;
  return schema.clone({ ...schema.def, shape, catchall: schema.def.catchall ?? z.never() });
}

function isWrapper(schema: z.ZodType): schema is z.ZodOptional | z.ZodNullable | z.ZodDefault {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault;
}
