import type { File } from '@google-cloud/storage';

/**
 * The headers that show the bucket who calls. Google's client has our credentials. It sends none to a stand-in, and
 * neither does this function.
 */
export async function authorization(storage: File['storage'], url: URL): Promise<Record<string, string>> {
  if (storage.customEndpoint && !storage.useAuthWithCustomEndpoint) return {};
  return Object.fromEntries(await storage.authClient.getRequestHeaders(url));
}
