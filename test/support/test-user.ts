import request, { type Test } from 'supertest';
import type { z } from 'zod';
import { LocalToken } from '../../src/features/accounts/local-routes.ts';
import { checked } from './checked.ts';

export interface UploadOptions {
  fileName?: string;
  /** Further text fields, sent before the file. */
  fields?: Record<string, string>;
  query?: string;
  headers?: Record<string, string>;
}

/** A signed-in user with a phone: requests that carry the bearer token. */
export interface TestUser {
  name: string;
  token: string;
  get(path: string): Test;
  /** The body of a GET with status 200, parsed by the reply schema of its route: its shape is checked and typed. */
  read<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>>;
  post(path: string): Test;
  patch(path: string): Test;
  delete(path: string): Test;
  /** `POST /v1/photos` with one file. */
  upload(bytes: Buffer, options?: UploadOptions): Test;
}

/** Gets a token for a name from the stand-in issuer; the account exists from then on. */
export async function signUp(url: string, name: string): Promise<TestUser> {
  const reply = await request(url).post('/local/token').send({ name }).expect(200);
  const { token } = checked(LocalToken, reply.body);
  const as = (test: Test) => test.set('Authorization', `Bearer ${token}`);
  return {
    name,
    token,
    get: (path) => as(request(url).get(path)),
    read: async (path, schema) => checked(schema, (await as(request(url).get(path)).expect(200)).body),
    post: (path) => as(request(url).post(path)),
    patch: (path) => as(request(url).patch(path)),
    delete: (path) => as(request(url).delete(path)),
    upload(bytes, { fileName = 'photo.jpg', fields = {}, query = '', headers = {} } = {}) {
      const test = as(request(url).post(`/v1/photos${query}`)).set(headers);
      for (const [name, value] of Object.entries(fields)) test.field(name, value);
      return test.attach('image', bytes, { filename: fileName });
    },
  };
}
