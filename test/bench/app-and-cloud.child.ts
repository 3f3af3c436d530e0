import type { AddressInfo } from 'node:net';
import { createApp } from '../../src/app/app.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { readConfig } from '../../src/app/config.ts';
import { createLog } from '../../src/runtime/log.ts';
import { loadKeys } from '../../src/signing/keys.ts';
import { startCloud } from './local-cloud.ts';

// The program as `npm start` runs it without rate limits, but it tells where its local cloud is, so that this can be loaded past the app.
const [, , dataDir = ''] = process.argv;
const config = readConfig({ DATA_DIR: dataDir, LOG_LEVEL: 'silent', RATE_LIMITS: 'off' });
const { cloud, projectId: _project, location: _location, ...clients } = await startCloud(dataDir);
const signingKeys = await loadKeys(clients);
const log = createLog({ level: config.logLevel });
const app = createApp({ config, clock: systemClock, log, clients, signingKeys, local: cloud.endpoints });
const server = app.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}`, endpoints: cloud.endpoints });
});
process.once('SIGTERM', () => void cloud.stop().then(() => process.exit(0)));
