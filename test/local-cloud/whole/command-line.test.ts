import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { shortened } from '../../support/long-form.ts';
import { runToItsEnd, startCloudProcess, temporaryFolder } from './cloud-process.ts';
import { clientsIn } from './printed-clients.ts';

let folder: string;
beforeEach(async () => void (folder = await temporaryFolder()));

test('everything that is wrong is told at once, with the options that there are', async () => {
  const wrong = [
    '--datastore',
    '70000',
    '--consistency',
    '2',
    '--app',
    'ftp://x',
    '--bucket',
    '--nonsense',
    'word',
    '-q',
  ];
  const { code, stdout, stderr } = await runToItsEnd(folder, wrong);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  const [faults = '', options] = stderr.split('The options are:');
  for (const name of ['datastore', 'consistency', 'app', 'bucket']) expect(faults).toContain(`--${name} takes `);
  expect(faults).toContain('There is no --q.');
  expect(faults).toContain('"word" belongs to no option.');
  expect(options?.match(/--[a-z-]+ (?=[A-Z]+\b)/g)).toHaveLength(18);
});

test.each(['--datastore', '--bucket', '--data-dir='])('%s without a value is refused', async (option) => {
  const { code, stderr } = await runToItsEnd(folder, [option]);
  expect(code).toBe(1);
  expect(stderr).toContain(`${option.replace('=', '')} takes `);
});

test('--allow-host adds names by which programs may call, as often as it is given', async () => {
  const { env } = await startCloudProcess(folder, ['--allow-host', 'one.internal', '--allow-host', 'two.internal']);
  const statusFor = async (Host: string) => {
    const asked = request(`${env['STORAGE_EMULATOR_HOST']}/storage/v1/b`, { headers: { Host }, agent: false }).end();
    const [{ statusCode }] = (await once(asked, 'response')) as [IncomingMessage];
    return statusCode;
  };
  expect(await statusFor('one.internal:9023')).not.toBe(421);
  expect(await statusFor('two.internal')).not.toBe(421);
  expect(await statusFor('three.internal')).toBe(421);
});

test('--help tells the options and starts nothing', async () => {
  const { code, stdout, stderr } = await runToItsEnd(folder, ['--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('--datastore PORT');
});

test.each(shortened(['datastore', 'storage', 'tasks', 'identity'], ['storage']))(
  'a port of %s that is in use is told in one line, and the folder is free again',
  async (service) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    await expect(startCloudProcess(folder, [`--${service}`, String(port)])).rejects.toThrow(
      new RegExp(`^The local cloud cannot start\\. .*address already in use 127.0.0.1:${port}\n$`),
    );
    await startCloudProcess(folder);
  },
);

test('a folder that is in use is told in one line', async () => {
  await startCloudProcess(folder);
  await expect(startCloudProcess(folder)).rejects.toThrow(
    /^The local cloud cannot start\. Another program is using \.data\. .*\n$/,
  );
});

test.each(shortened<NodeJS.Signals[]>(['SIGTERM', 'SIGINT'], ['SIGINT']))(
  '%s stops it with exit code 0, and its data is there next time',
  async (signal) => {
    const first = await startCloudProcess(folder);
    const { datastore } = clientsIn(first.env);
    await datastore.save({ key: datastore.key(['Note', 1]), data: { text: 'kept' } });
    expect(await first.stop(signal)).toBe(0);

    const second = clientsIn((await startCloudProcess(folder)).env).datastore;
    expect((await second.get(second.key(['Note', 1])))[0]).toMatchObject({ text: 'kept' });
  },
);
