import type { Preconditions } from '../engine/preconditions.ts';
import { numberParam } from './call.ts';

const NAMES = ['generationMatch', 'generationNotMatch', 'metagenerationMatch', 'metagenerationNotMatch'] as const;

/** Reads `ifGenerationMatch` and the like from the query; with the prefix `ifSource` those of a source. */
export function preconditions(query: URLSearchParams, prefix: 'if' | 'ifSource' = 'if'): Preconditions {
  const wanted: Preconditions = {};
  for (const name of NAMES) {
    const value = numberParam(query, prefix + name.charAt(0).toUpperCase() + name.slice(1));
    if (value !== undefined) wanted[name] = value;
  }
  return wanted;
}
