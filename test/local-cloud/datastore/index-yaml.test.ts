import { expect, test } from 'vitest';
import { readIndexYaml } from '../../../src/local-cloud/datastore/index.ts';

test('an index.yaml reads as its indexes, with the defaults filled in', () => {
  const text = `
indexes:
- kind: Photo
  ancestor: yes
  properties:
  - name: timelineKey
    direction: desc
  - name: state
- kind: Task
  properties:
  - name: __key__
    direction: desc
`;
  expect(readIndexYaml(text)).toEqual([
    {
      kind: 'Photo',
      ancestor: true,
      properties: [
        { name: 'timelineKey', direction: 'desc' },
        { name: 'state', direction: 'asc' },
      ],
    },
    { kind: 'Task', ancestor: false, properties: [{ name: '__key__', direction: 'desc' }] },
  ]);
});

test('an empty file has no indexes', () => {
  expect([readIndexYaml(''), readIndexYaml('indexes:\n')]).toEqual([[], []]);
});

test('every fault of the file is named in one error', () => {
  const text = `
indexes:
- ancestor: maybe
  properties:
  - direction: up
- kind: Photo
  colour: red
  properties: none
`;
  const read = () => readIndexYaml(text);
  for (const fault of [
    '[0].kind',
    '[0].ancestor',
    '[0].properties[0].name',
    '[0].properties[0].direction',
    '[1].colour',
    '[1].properties',
  ]) {
    expect(read).toThrow(`indexes${fault}`);
  }
});
