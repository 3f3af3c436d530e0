import { enableCompileCache } from 'node:module';

// Compiled code of the packages is kept between starts; before the first import, so that all of them profit.
enableCompileCache();

const { run } = await import('./run.ts');
await run(process.env);
