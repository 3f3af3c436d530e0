import request from 'supertest';
import { expect, test } from 'vitest';
import { mailSummaryRoutes, type MailSummaryDeps } from '../../src/features/mail-summaries/routes.ts';
import { smallApp } from '../http/small-app.ts';
import { problemOf } from '../support/replies.ts';

test.each([
  ['get', '/mail/weekly'],
  ['get', '/tasks/summary'],
  ['get', '/tasks/summary_email/'],
  ['post', '/email_task/'],
] as const)('outside the local profile %s %s is there for the platform alone', async (method, path) => {
  // The caller is refused before any of the dependencies is touched.
  const { app } = smallApp(mailSummaryRoutes({} as MailSummaryDeps, { open: false }));
  const reply = await request(app)[method](path).set('X-Appengine-Cron', 'true').expect(404);
  expect(problemOf(reply)).toMatchObject({ code: 'not-found' });
});
