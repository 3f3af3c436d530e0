import { createHash } from 'node:crypto';
import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { checked } from '../support/checked.ts';
import { CourseCounters, CourseState, CourseTimeline } from '../support/course-replies.ts';
import { shortened } from '../support/long-form.ts';
import { picture } from '../support/picture.ts';
import { bytesOf, problemOf } from '../support/replies.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
/** That grow one counter at once. */
const TASKS = shortened(1000, 100);
const http = () => request(world.url);

const post = (user: string, bytes: Buffer, caption = 'curl') =>
  http()
    .post(`/post/${user}/`)
    .field('caption', caption)
    .field('id_token', '123')
    .attach('image', bytes, 'DSC_0665.jpg');
const bothCounters = async () =>
  checked(CourseCounters, (await http().get('/counter/get').accept('json').expect(200)).body);
const timeline = async (user: string, query = '') =>
  checked(CourseTimeline, (await http().get(`/user/${user}/json/${query}`).expect(200)).body);

test.each(['/V1/TIMELINE', '/v1/Limits', '/HEALTHZ', '/DOCS', '/Data'])(
  'a path in another case, %s, is not found',
  async (path) => {
    await http().get(path).expect(404);
  },
);

describe('posting by the course’s form', () => {
  test('the same file a hundred times leaves a hundred photos, each in the very next read, and more are paged by cursor', async () => {
    const bytes = await picture({ width: 64, height: 48 });
    for (let count = 1; count <= 100; count++) {
      const reply = await post('poobyj', bytes, `number ${count}`).expect(303);
      expect(reply.headers['location']).toBe('/user/poobyj/json/');
      const { results } = await timeline('poobyj');
      expect(results).toHaveLength(count);
      expect(results[0]).toMatchObject({ caption: `number ${count}`, user: 'poobyj' });
    }
    await post('poobyj', bytes, 'number 101').expect(303);
    const first = await timeline('poobyj');
    const second = await timeline('poobyj', `?cursor=${first.cursor}`);
    expect(first.results).toHaveLength(100);
    expect(second).toMatchObject({ results: [{ caption: 'number 1' }], cursor: null });
  });

  test('the text box of the form wins over the URL, wherever it stands', async () => {
    const bytes = await picture();
    await http().post('/post/in-the-url/').attach('image', bytes, 'a.jpg').field('user', 'text-box').expect(303);
    expect((await timeline('text-box')).results).toHaveLength(1);
    await http().get('/user/in-the-url/json/').expect(404);
  });

  test('a name that is no handle is refused with the rule, and nothing is kept', async () => {
    const before = await world.objects();
    const reply = await post('No%20Such%20Handle', await picture()).expect(400);
    expect(problemOf(reply)).toMatchObject({ code: 'invalid-request', detail: expect.stringContaining('1 to 30') });
    expect(await world.objects()).toEqual(before);
  });

  test('a page of another site cannot post, and nothing is kept', async () => {
    const before = await world.objects();
    const reply = await post('victim', await picture())
      .set('Sec-Fetch-Site', 'cross-site')
      .expect(403);
    expect(problemOf(reply).code).toBe('cross-site-request');
    expect(await world.objects()).toEqual(before);
  });

  test('an entry’s picture is the uploaded one, with its right type', async () => {
    const bytes = await picture({ format: 'png' });
    await post('painter', bytes).expect(303);
    const { results } = await timeline('painter');
    const image = await http().get(`/${results[0]?.image_url}`).responseType('blob').expect(200);
    expect(image.headers['content-type']).toBe('image/png');
    expect(createHash('md5').update(bytesOf(image)).digest()).toEqual(createHash('md5').update(bytes).digest());
  });
});

describe('the platform’s course routes', () => {
  const tasks = async () => {
    // A global query, which on the oldest kind of database sees a fresh entity only after a while.
    await world.advance(10_000);
    const { body } = await http().get('/data').expect(200);
    return checked(CourseState, body).tasks.map(({ type }) => type);
  };

  test('a task for example_task_handler leaves a Task entity', async () => {
    const client = await world.tasks();
    await client.createTask({
      parent: client.queuePath('photo-timeline', 'local', 'default'),
      task: {
        appEngineHttpRequest: { httpMethod: 'POST', relativeUri: '/example_task_handler', body: Buffer.from('hi') },
      },
    });
    await world.drain();
    expect(await tasks()).toContain('cloud task');
  });

  test('cron’s call of cron_task_handler leaves a Task entity', async () => {
    expect(await world.cloud.runCron('/cron_task_handler')).toBe(200);
    expect(await tasks()).toContain('cron');
  });

  test('they answer as the course says when tried by hand', async () => {
    const logged = world.logged('Received task with payload: by hand');
    const task = await http().post('/example_task_handler').type('text').send('by hand').expect(200);
    expect(task.text).toBe('Printed task payload: by hand');
    expect(await logged).toContain('INFO');
    expect((await http().get('/cron_task_handler').expect(200)).text).toBe('Ran cron task');
  });

  test('a task without a payload prints and logs that it is empty', async () => {
    const logged = world.logged('Received task with payload: (empty payload)');
    const task = await http().post('/example_task_handler').expect(200);
    expect(task.text).toBe('Printed task payload: (empty payload)');
    await logged;
  });

  test('a counter grows by deferred calls and by tasks, now and after a minute, once each', async () => {
    expect(await bothCounters()).toEqual({ deferred: 0, taskQueue: 0 });
    await world.cloud.deliverTwice(true);
    await http().post('/counter/increment').expect(200);

    await world.drain();
    expect(await bothCounters()).toEqual({ deferred: 2, taskQueue: 1 });
    await world.advance(60_000);
    expect(await bothCounters()).toEqual({ deferred: 3, taskQueue: 1 });
    await world.cloud.deliverTwice(false);
  });

  test(`a counter that ${TASKS} tasks increment, each delivered twice and out of order, ends at ${TASKS}`, async () => {
    const before = await bothCounters();
    const client = await world.tasks();
    const parent = client.queuePath('photo-timeline', 'local', 'erasure');
    const create = (number: number) => {
      const body = Buffer.from(JSON.stringify({ call: `call ${number}`, amount: 1 }));
      const headers = { 'Content-Type': 'application/json' };
      const appEngineHttpRequest = { httpMethod: 'POST', relativeUri: '/worker', headers, body } as const;
      return client.createTask({ parent, task: { appEngineHttpRequest } });
    };
    for (let first = 0; first < TASKS; first += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, index) => create(first + index)));
    }
    await world.cloud.deliverTwice(true);
    await world.cloud.reverseOrder(true);
    // Calls that meet too often on the one counter come again by their queue, the more of them the busier the machine.
    while ((await client.listTasks({ parent }))[0].length > 0) await world.advance(60_000);
    await world.cloud.deliverTwice(false);
    await world.cloud.reverseOrder(false);
    expect(await bothCounters()).toMatchObject({ taskQueue: before.taskQueue + TASKS });
  });

  const countOf = async (query: string) => (await http().get(`/counter/get${query}`).expect(200)).text;
  const work = (form: object) => http().post('/worker').type('form').send(form);

  test('counter/get says the number of the deferred counter, as its sample does', async () => {
    const { deferred } = await bothCounters();
    const reply = await http()
      .get('/counter/get')
      .expect(200)
      .expect('Content-Type', /^text\/plain/);
    expect(reply.text).toBe(`${deferred}`);
  });

  test('the worker grows the counter that the form field key names, by one or by an amount', async () => {
    expect(await countOf('?key=apples')).toBe('0');
    for (let count = 1; count <= 3; count++) await work({ key: 'apples' }).expect(200);
    await work({ key: 'pears', amount: '5' }).expect(200);
    expect([await countOf('?key=apples'), await countOf('?key=pears')]).toEqual(['3', '5']);
    expect(await countOf('?key=task-queue')).toBe(`${(await bothCounters()).taskQueue}`);
  });

  test('a task of a form that is delivered twice counts once, and two tasks count twice', async () => {
    const client = await world.tasks();
    const create = () =>
      client.createTask({
        parent: client.queuePath('photo-timeline', 'local', 'default'),
        task: {
          appEngineHttpRequest: {
            httpMethod: 'POST',
            relativeUri: '/worker',
            headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
            body: Buffer.from('key=cherries'),
          },
        },
      });
    await Promise.all([create(), create()]);
    await world.cloud.deliverTwice(true);
    await world.drain();
    await world.cloud.deliverTwice(false);
    expect(await countOf('?key=cherries')).toBe('2');
  });

  test.each([
    ['an empty key', { key: '' }, '/key'],
    ['a reserved key', { key: '__reserved__' }, '/key'],
    ['a key that is too long', { key: 'x'.repeat(1501) }, '/key'],
    ['an amount that is no number', { key: 'apples', amount: 'many' }, '/amount'],
    ['an unknown field', { key: 'apples', colour: 'red' }, '/colour'],
  ])('the worker refuses %s and names the field', async (_what, form, pointer) => {
    const reply = await work(form).expect(400);
    expect(problemOf(reply)).toMatchObject({ code: 'invalid-request', errors: [{ pointer }] });
  });

  test('the worker refuses a body that is neither a form nor JSON', async () => {
    await http().post('/worker').type('text').send('key=apples').expect(415);
    await http().post('/worker').type('json').send('{').expect(400);
    await http().get('/counter/get?key=__reserved__').expect(400);
  });

  test('tasks and schedules of the service itself are closed to all other callers', async () => {
    await http().post('/tasks/make-variants').set('X-AppEngine-QueueName', 'variants').send({}).expect(404);
    await http().get('/cron/sweep-outbox').set('X-Appengine-Cron', 'true').expect(404);
    await http().post('/_ah/queue/deferred').set('X-CloudTasks-QueueName', 'default').send({}).expect(404);
    expect(await world.cloud.runCron('/cron/sweep-outbox')).toBe(200);
  });

  test('logging writes a line of each severity', async () => {
    const warned = world.logged('A line of severity warn');
    await http().get('/logging/').expect(200);
    expect(await warned).toContain('WARNING');
  });
});

test.each(['/user/poobyj/json/', '/user/poobyj/web/', '/v1/limits'])(
  '%s that has not changed is answered 304',
  async (path) => {
    await post('poobyj', await picture({ width: 64, height: 48 })).expect(303);
    const { headers } = await http().get(path).expect(200);
    await http()
      .get(path)
      .set('If-None-Match', headers['etag'] ?? '')
      .expect(304);
  },
);
