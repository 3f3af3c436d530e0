import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Prints each group of tests as a row of a table in Markdown, with the result of each of its tests. */
export class TableReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const rows = Map.groupBy(tests, ({ parent }) => (parent.type === 'suite' ? parent.name : ''));
    const tables = Map.groupBy(rows, ([, cells]) => cells.map(({ name }) => name).join(' | '));
    for (const [head, ofHead] of tables) {
      const columns = head.split(' | ').length;
      print('', `| | ${head} |`, `| --- |${' --- |'.repeat(columns)}`);
      for (const [name, cells] of ofHead) print(`| ${name} | ${cells.map(resultOf).join(' | ')} |`);
    }
  }
}

const resultOf = (test: TestCase) => test.result().state;

const print = (...lines: string[]) => process.stdout.write(`${lines.join('\n')}\n`);
