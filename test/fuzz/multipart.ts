import * as fc from 'fast-check';
import { BOUNDARY, encodeForm, type Part } from '../http/forms.ts';
import { asHeader, strangeText } from './texts.ts';

export interface FormBody {
  type: string;
  body: Buffer;
}

/** Bodies of `multipart/form-data` (RFC 7578): whole, with wrong parts, or broken as bytes. */
export const formBody = (
  fields: Record<string, fc.Arbitrary<unknown>>,
  files: Record<string, fc.Arbitrary<Buffer>>,
): fc.Arbitrary<FormBody> =>
  fc.oneof(
    { weight: 8, arbitrary: parts(fields, files).map((list) => ({ type: TYPE, body: encodeForm(list) })) },
    {
      weight: 1,
      arbitrary: fc.tuple(parts(fields, files), breakage()).map(([list, how]) => broken(encodeForm(list), how)),
    },
  );

const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

function parts(
  fields: Record<string, fc.Arbitrary<unknown>>,
  files: Record<string, fc.Arbitrary<Buffer>>,
): fc.Arbitrary<Part[]> {
  const texts = Object.entries(fields).map(([name, value]) =>
    seldom(value.map((each) => ({ name, content: asText(each) }))),
  );
  const blobs = Object.entries(files).map(([name, content]) =>
    fc.record({ name: fc.constant(name), fileName: fileName(), type: mediaType(), content }),
  );
  // The file comes last, as in the page's form; in one form of ten the parts stand in another order.
  const list = fc.tuple(...texts, ...blobs.map((blob, index) => (index === 0 ? often(blob) : seldom(blob))));
  const present = list.map((each) => each.flatMap((part): Part[] => (part === undefined ? [] : [part])));
  return fc.oneof(
    { weight: 8, arbitrary: present },
    { weight: 1, arbitrary: fc.tuple(present, strangePart()).map(([all, more]) => all.concat(more)) },
    {
      weight: 1,
      arbitrary: fc.tuple(present, strangePart()).map(([all, more]) => [more].concat(all.toReversed(), all)),
    },
  );
}

const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
const often = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 15 });
const seldom = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });

const fileName = () =>
  fc.oneof(
    fc.constantFrom(
      'a.jpg',
      'IMG_20190701_100000.jpg',
      'PXL_20190701_100000123.jpg',
      '.',
      '../../up.jpg',
      'x.html',
      '',
    ),
    strangeText().map((text) => asHeader(text).replaceAll('"', '%22')),
  );

const mediaType = () => fc.constantFrom('image/jpeg', 'image/heic', 'text/html', 'application/octet-stream', 'x', '');

const strangePart = (): fc.Arbitrary<Part> =>
  fc.record({ name: strangeText().map((text) => asHeader(text).replaceAll('"', '')), content: strangeText() });

type Breakage = {
  kind: 'cut' | 'no end' | 'other boundary' | 'no boundary' | 'bare line feeds' | 'bad head';
  at: number;
};

const breakage = (): fc.Arbitrary<Breakage> =>
  fc.record({
    kind: fc.constantFrom('cut', 'no end', 'other boundary', 'no boundary', 'bare line feeds', 'bad head'),
    at: fc.nat(999).map((part) => part / 1000),
  });

function broken(body: Buffer, { kind, at }: Breakage): FormBody {
  if (kind === 'cut') return { type: TYPE, body: body.subarray(0, Math.floor(at * body.length)) };
  if (kind === 'no end') return { type: TYPE, body: body.subarray(0, body.lastIndexOf('--')) };
  if (kind === 'other boundary') return { type: 'multipart/form-data; boundary=another', body };
  if (kind === 'no boundary') return { type: 'multipart/form-data', body };
  const text = body.toString('latin1');
  const wrong = kind === 'bad head' ? text.replace('form-data; name', 'form-data; nam') : text.replaceAll('\r\n', '\n');
  return { type: TYPE, body: Buffer.from(wrong, 'latin1') };
}
