import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const http = () => request(world.url);

describe('the stylesheet', () => {
  test('the stylesheet is immutable at the address that pages use', async () => {
    const { text } = await http().get('/').expect(200);
    const href = /href="(\/assets\/style\.css\?v=[\w-]+)"/.exec(text)?.[1] ?? '';
    const reply = await http().get(href).expect(200).expect('Content-Type', 'text/css; charset=utf-8');
    expect(reply.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  test.each(['', '?v=another'])('the stylesheet is revalidated at any other address (%s)', async (query) => {
    const reply = await http().get(`/assets/style.css${query}`).expect(200);
    expect(reply.headers['cache-control']).toBe('no-cache');
    await http().get(`/assets/style.css${query}`).set('If-None-Match', String(reply.headers['etag'])).expect(304);
  });
});

describe('the documentation', () => {
  test('the documentation has every operation and shape of the OpenAPI document, and every link in it leads somewhere', async () => {
    const { body } = await http().get('/openapi.json').expect(200);
    const { text } = await http().get('/docs').expect(200);
    const { paths, components } = body as {
      paths: Record<string, Record<string, { operationId: string }>>;
      components: { schemas: Record<string, unknown> };
    };
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
    for (const { operationId } of operations) expect(text).toContain(`id="${operationId}"`);
    for (const name of Object.keys(components.schemas)) expect(text).toContain(`id="schema-${name}"`);
    for (const [, id] of text.matchAll(/href="#([^"]+)"/g)) expect(text).toContain(`id="${id}"`);
    expect(text).not.toMatch(/<script|<style|\sstyle=/);
  });
});

describe('the front page', () => {
  test('the front page minds no parameters that it does not know', async () => {
    await http().get('/?utm_source=mail&notice=strange').expect(200);
  });

  test('the front page reports a broken cursor on a page', async () => {
    const ana = await world.user();
    await ana.get('/?cursor=broken').set('Accept', 'text/html').expect(400).expect('Content-Type', /html/);
  });
});

describe('the upload page', () => {
  test('the upload page sends a stranger to the sign-in', async () => {
    const reply = await http().get('/upload_photo').expect(303);
    expect(reply.headers['location']).toBe('/');
  });

  test('the upload page takes a photo once, says so the second time, and brings it back from the trash', async () => {
    const ana = await world.user();
    const bytes = await picture();
    const upload = async () => {
      const reply = await ana
        .post('/upload_photo')
        .field('caption', 'Rex')
        .attach('image', bytes, 'rex.jpg')
        .expect(303);
      return reply.headers['location'];
    };
    expect(await upload()).toBe('/');
    expect(await upload()).toBe('/?notice=duplicate');
    const { body } = await ana.get('/v1/timeline').expect(200);
    const { items } = body as { items: { id: string }[] };
    expect(items).toHaveLength(1);
    await ana.delete(`/v1/photos/${items[0]?.id}`).expect(204);
    expect(await upload()).toBe('/?notice=restored');
  });
});
