// Loaded before the program: its clock is ahead, so that what waits for a while need not be waited for.
const ahead = Number(process.env['CLOCK_AHEAD_MS'] ?? 0);
const now = Date.now;

globalThis.Date = new Proxy(Date, {
  construct: (target, args: [], newTarget: DateConstructor) =>
    Reflect.construct(target, args.length > 0 ? args : [now() + ahead], newTarget) as Date,
});
Date.now = () => now() + ahead;
