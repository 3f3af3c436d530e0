/**
 * Makes an idempotency key. It must differ from the other keys of the account, and it is no secret: `crypto` is absent in
 * React Native, and in pages on plain HTTP it has no `randomUUID`.
 */
export const newKey = (): string => Array.from({ length: 4 }, randomPart).join('');

const randomPart = () => Math.floor(Math.random() * 2 ** 32).toString(36);
