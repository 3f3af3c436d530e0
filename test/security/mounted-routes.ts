import type { Express } from 'express';

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

/** The routes of an app as `GET /path`. Those with every method at once only answer 405: `mount` adds them. */
export function mountedRoutes(app: Express): string[] {
  const { stack } = app.router as unknown as { stack: Layer[] };
  return stack
    .flatMap(({ route }) => {
      const [method, ...more] = Object.keys(route?.methods ?? {});
      return method === undefined || more.length > 0 ? [] : [`${method.toUpperCase()} ${route?.path}`];
    })
    .sort();
}
