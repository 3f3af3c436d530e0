import { createClients } from '../../app/clients.ts';
import { readConfig } from '../../app/config.ts';
import { makePairingCode } from '../../features/pairing/pairing-codes.ts';
import { pairingNotice } from '../../features/pairing/pairing-notice.ts';
import { endpointsFor } from '../../runtime/local-endpoints.ts';

/** Makes a pairing code for the service whose environment this program has. */
async function run(env: NodeJS.ProcessEnv): Promise<string> {
  const { profile, cloud, identity, server, linkBase } = readConfig({ IDENTITY: 'pairing', ...env });
  if (identity.kind !== 'pairing') throw new Error('IDENTITY is not pairing, so no browser can be paired.');
  const { datastore } = createClients(cloud, profile === 'local' ? await endpointsFor('datastore', cloud) : {});
  const made = await makePairingCode({ datastore, clock: { now: () => Date.now() } });
  return `${pairingNotice(made, { ...server, linkBase })}\n`;
}

try {
  process.stdout.write(await run(process.env));
  // Connections of the client would keep the process alive.
  process.exit(0);
} catch (error) {
  console.error(String(error));
  process.exit(1);
}
