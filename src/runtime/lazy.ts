/**
 * What is made when it is first asked for, and then kept. The start of the program does not wait for packages and
 * features that are loaded so: `once(() => import('…'))`.
 */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
