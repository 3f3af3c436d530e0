import { createPublicKey, generateKeyPair } from 'node:crypto';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { readOrCreateFile } from './owner-file.ts';

/** A service account that signs URLs for Storage, with a key file that Google's clients read. */
export interface ServiceAccount {
  /** What GOOGLE_APPLICATION_CREDENTIALS names. */
  keyFile: string;
  email: string;
  /** PEM. */
  publicKey: string;
}

/** Reads the account from `service-account.json` below `dataDir`, or makes it, so that signed URLs outlive a restart. */
export async function readOrCreateServiceAccount(dataDir: string, projectId: string): Promise<ServiceAccount> {
  const keyFile = resolve(join(dataDir, 'service-account.json'));
  const text = await readOrCreateFile(keyFile, () => newKeyFile(projectId));
  const { client_email: email, private_key: privateKey } = JSON.parse(text) as Record<string, string>;
  const publicKey = createPublicKey(privateKey ?? '').export({ type: 'spki', format: 'pem' });
  return { keyFile, email: email ?? '', publicKey: publicKey.toString() };
}

async function newKeyFile(projectId: string): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return JSON.stringify({
    type: 'service_account',
    project_id: projectId,
    client_email: `local-cloud@${projectId}.iam.gserviceaccount.com`,
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  });
}
