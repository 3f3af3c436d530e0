/** The oldest Node that runs the program. It strips types, and has `node:sqlite` and `await using`. */
const OLDEST_NODE = 24;

// An older Node stops at the first import that it does not know: nothing is imported before this check.
if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE) {
  void import('./app/start.ts');
} else {
  console.error(
    `Photo Timeline needs Node ${OLDEST_NODE} or newer, and this is Node ${process.versions.node}. ` +
      'npm ci installs Node 24 beside the packages: npm start uses it, and so does node_modules/.bin/node.',
  );
  process.exitCode = 1;
}
