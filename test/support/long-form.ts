/** Whether tests try every combination and many rounds: `LONG_FORM=1 npm test`, and always by `npm run test:browser`. */
export const isLongForm = process.env['LONG_FORM'] === '1';

/** Returns `all` in the long form of the tests, and in the short one the part that stands for it. */
export const shortened = <Value>(all: Value, part: Value): Value => (isLongForm ? all : part);
