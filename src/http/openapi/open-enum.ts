import { z } from 'zod';
import type { ZodOpenApiOverrideMeta } from 'zod-openapi';

/**
 * One of these values, to which later versions of the service may add. The document lists them beside any other string, so
 * that strict clients keep a value that they do not know (Swift OpenAPI Generator, "Useful OpenAPI patterns"). For replies:
 * what a request may say stays closed.
 */
export const openEnum = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values).meta({ override: listBesideOthers });

const listBesideOthers: ZodOpenApiOverrideMeta = ({ jsonSchema }) => {
  jsonSchema.anyOf = [{ type: 'string', enum: jsonSchema.enum ?? [] }, { type: 'string' }];
  jsonSchema.description = [jsonSchema.description, 'Others may be added.'].filter(Boolean).join(' ');
  delete jsonSchema.type;
  delete jsonSchema.enum;
};
