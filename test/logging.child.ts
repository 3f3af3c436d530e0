import { createLog } from '../src/runtime/log.ts';

// Logs each message of its parent on standard output, and answers when that is done.
const log = createLog({ level: 'info' });
process.on('message', (line: string) => {
  log.info(line);
  process.send?.('logged');
});
process.send?.('ready');
