import { VARIANT_SIZES } from '../../src/pictures/variants/sizes.ts';

// Loaded before the program (`node --import`): the same program with other sizes of variants, for a figure that others
// have given for these sizes.
Object.assign(VARIANT_SIZES, JSON.parse(process.env['BENCH_SIZES'] ?? '{}'));
