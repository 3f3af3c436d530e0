import { expect, test } from 'vitest';
import { readConfig } from '../../src/app/config.ts';
import { textOf } from '../support/repository.ts';

/** Environments that together lead through every branch of the reading. */
const ENVIRONMENTS: Record<string, string>[] = [
  {},
  {
    DATASTORE_EMULATOR_HOST: 'localhost:1',
    STORAGE_EMULATOR_HOST: 'localhost:2',
    CLOUD_TASKS_EMULATOR_HOST: 'localhost:3',
    LOCAL_CLOUD_SECRET: 'secret',
    LOCAL_IDENTITY_ISSUER: 'http://localhost:4',
  },
  {
    PROFILE: 'google',
    GOOGLE_CLOUD_PROJECT: 'p',
    TASKS_LOCATION: 'r',
    IDENTITY: 'firebase:p',
    SMTP_URL: 'smtp://localhost',
    MAIL_FROM: 'a@example.org',
    PUBLIC_URL: 'https://example.org',
  },
];

test('docs/configuration.md lists exactly the variables that the configuration reads', () => {
  const rows = textOf('docs/configuration.md').matchAll(/^\| `([A-Z_]+)`/gm);
  const listed = Array.from(rows, ([, name = '']) => name);
  expect(listed).toEqual([...new Set(listed)]);
  expect(listed.toSorted()).toEqual(variablesRead().toSorted());
});

function variablesRead(): string[] {
  const read = new Set<string>();
  for (const environment of ENVIRONMENTS) {
    readConfig(
      new Proxy(environment, {
        get(variables, name) {
          read.add(String(name));
          return variables[String(name)];
        },
      }),
    );
  }
  return [...read];
}
